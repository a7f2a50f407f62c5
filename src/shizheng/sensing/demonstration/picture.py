"""A still that no camera took: a road, drawn, with words that say so."""

from html import escape

from shizheng.sensing.cameras.marking import drawn

WIDTH, HEIGHT = 640, 360


def still_drawn(words: str, depth_cm: float) -> bytes:
    """Return a PNG of a drawn road under so much water, with ``words`` across it."""
    water = min(1.0, depth_cm / 60) * 0.45 * HEIGHT
    scene = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">
<rect width="640" height="360" fill="#8a97a5"/>
<g fill="#5b6672"><rect x="0" y="70" width="120" height="150"/>
<rect x="130" y="100" width="90" height="120"/><rect x="440" y="60" width="110" height="160"/>
<rect x="560" y="110" width="80" height="110"/></g>
<polygon points="260,190 380,190 640,360 0,360" fill="#474c52"/>
<polygon points="316,195 324,195 336,360 304,360" fill="#d9d9d9"/>
<g stroke="#2f3338" stroke-width="6"><line x1="150" y1="120" x2="150" y2="300"/>
<line x1="500" y1="120" x2="500" y2="300"/></g>
<rect y="{HEIGHT - water:.0f}" width="640" height="{water:.0f}" fill="#5d7f93" opacity="0.85"/>
</svg>"""
    said = escape(words).replace("#", "")
    source = (
        f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)\n"
        '#place(image("came.svg", width: 100%))\n'
        '#set text(font: "Noto Sans CJK TC", size: 22pt, weight: "bold", fill: white)\n'
        f'#place(center + horizon, rect(fill: rgb("#00000099"), inset: 10pt)[{said}])\n'
    )
    return drawn(source, scene.encode(), ".svg", 72.0)
