"""What axe says of a page, in a part of its time.

Contrast is decided by how a text looks: its colour, size and weight, and the backgrounds behind
it. A table of two hundred rows has few looks, so of each look on a page axe measures the first
text. The other rules look at every element.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

CHANGING = ".htmx-request, .htmx-swapping, .htmx-settling"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"]}
MARK_ONE_OF_EACH_LOOK = """() => {
  const known = new Map([[document.documentElement, {ground: "", fade: ""}]]);
  const behind = (element) => {
    if (!known.has(element)) {
      const above = behind(element.parentElement), style = getComputedStyle(element);
      const laid = ["absolute", "fixed"].includes(style.position) ? "laid over" : "";
      const own = [style.backgroundColor, style.backgroundImage, laid].join(" ");
      const opaque = style.backgroundColor.startsWith("rgb(") && style.backgroundImage === "none";
      const plain = own === "rgba(0, 0, 0, 0) none ";
      const fades = style.opacity !== "1" || style.filter !== "none";
      known.set(element, {
        ground: opaque ? own : plain ? above.ground : above.ground + "|" + own,
        fade: fades ? above.fade + "|" + style.opacity + style.filter : above.fade,
      });
    }
    return known.get(element);
  };
  const looks = new Set();
  for (const element of document.querySelectorAll("body, body *")) {
    const isField = element.matches("input, select, textarea");
    const hasText = [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
    if (!isField && !hasText || !element.checkVisibility()) continue;
    const style = getComputedStyle(element), {ground, fade} = behind(element);
    const off = element.matches(":disabled, :disabled *, [aria-disabled=true]");
    const look = [style.color, style.fontSize, style.fontWeight, style.textShadow, isField, off,
                  ground, fade].join(" ");
    if (looks.has(look)) continue;
    looks.add(look);
    element.setAttribute("data-look", "");
  }
}"""
RUN = """async (options) => {
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  const found = await axe.run(options);
  document.querySelectorAll("[data-look]").forEach((it) => it.removeAttribute("data-look"));
  return found.violations;
}"""
SCRIPT = Axe().axe_script


def assert_accessible(page: Page) -> None:
    """Fail with a list that can be read unless axe finds nothing on the page."""
    page.wait_for_load_state("load")
    expect(page.locator(CHANGING)).to_have_count(0)
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    page.evaluate(MARK_ONE_OF_EACH_LOOK)
    faults = [
        f"{fault['impact']}: {fault['help']} ({fault['id']})\n"
        + "\n".join(f"    {node['html'][:200]}" for node in fault["nodes"][:5])
        for fault in page.evaluate(RUN, OPTIONS)
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)
