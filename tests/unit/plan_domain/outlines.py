"""Short invented outlines in the styles in which cities print theirs; also makes small PDFs."""

FORMAL_CHAPTERS = """南海市政府一一一年度施政計畫
壹、民政
一、推動里政革新，充實里活動中心設備。
二、輔導宗教團體健全財務，
辦理公益慈善事業。
三、改善公墓環境。
貳、財政處
一、加強稅收稽徵。
二、活化市有土地，提高
財產收益
"""

ARTICLE_CHAPTERS = """山城縣 112 年度施政綱要

第一章　民政處

一、健全基層組織。
二、落實役政。依第一章所列原則，
第一章規定之事項，一併辦理。

第二章
社會處

一、照顧長者。
二、發展社區，並
三、推動托育。
"""

THREE_LEVELS = """北濱市政府施政計畫
壹、工務局
一、道路業務
（一）整修市區道路，改善人行空間。
（二）汰換路燈。
二、公園業務
（一）增設共融遊戲場。
（二）補植行道樹：
1. 調查缺株。
2. 分年補植。
（三）維護老樹。
貳、衛生局
一、防疫業務
（一）清除病媒蚊孳生源。
二、保健業務
（一）推動癌症篩檢。
（二）推廣健康促進。
"""

WITH_PAGES = """東港市政府110年度施政綱要
一、環境保護
(一) 加強稽查，並辦理
- 1 -
東港市政府110年度施政綱要

水質監測，以維護河川。
(二) 推動資源回收。
第 2 頁
東港市政府110年度施政綱要
(三) 減少塑膠。
二、文化
(一) 保存古蹟，含
一、二級古蹟及
109年登錄之建物，依
(AQI)標準及
（一）所列原則辦理。
3
東港市政府110年度施政綱要
(二) 推廣閱讀。
4
"""

WITH_CONTENTS = """西嶺市政府施政綱要
目錄
壹、民政局……………………………………1
貳、地政局……………………………………7
參、附錄……………………………………12
壹、民政局
一、辦理戶政e化。
二、辦理禮儀民俗活動。
貳、地政局
一、辦理重測。
二、辦理市地重劃。
"""

CONTENTS_WITHOUT_LEADERS = """西嶺市政府施政綱要
目　次
壹、民政局
貳、地政局

壹、民政局
一、辦理戶政e化。
二、辦理禮儀民俗活動。
貳、地政局
一、辦理重測。
二、辦理市地重劃。
"""

STEMS = """中湖市政府施政綱要
甲、教育
一、充實設備。
　１、更新電腦。
　２、改善照明。
二、推動閱讀。
乙、交通
一、改善路口。
二、增設公車。
"""

ENGLISH = """Exampleton policy outline 2020
We keep our town in order and listen to the people
who live in it.

1. Roads Department
1.1 Repair potholes within
three days of a report.
1.2 Light every street; costs fell by
3.5 million in a year.
2. Library Department
2.1 Open on Sundays.
2.2 Lend 1.5 books per head.
"""

ENGLISH_CHAPTERS = """Exampleton outline
Chapter 1: Roads
1. Repair potholes.
2. Light every street.
Chapter 2: Libraries
1. Open on Sundays.
(a) in winter;
(b) in summer.
2. Lend more books.
"""

UNNUMBERED_DEPARTMENTS = """平安縣政府施政重點
民政處
一、健全里鄰組織。
二、推動殯葬改革。
財政處
一、撙節支出。
二、活化資產。
教育處
一、充實圖書。
"""

LIST_IN_PREFACE = """花坪市政府施政綱要
本年度目標如下：
一、打造宜居城市。
二、發展綠色產業。
三、照顧弱勢族群。
各部門施政要項如次：
一、民政
(一) 推動里政。
(二) 辦理選務。
二、經濟
(一) 招商引資。
(二) 輔導商圈。
"""

PARTS_OF_A_REPORT = """柳川市政府年度施政計畫
壹、前言
本市位處平原。
貳、施政要項
一、民政局
（一）強化里鄰。
（二）推動調解。
二、農業局
（一）輔導小農。
（二）防治病害。
參、結語
敬請指教。
"""

APPENDIX = """竹林市政府施政綱要
一、人事
(一) 精實組織。
(二) 辦理訓練。
二、主計
(一) 籌編預算。
(二) 辦理統計。

附表一　歲出預算表
一、人事費
(一) 薪資
機關　　　預算數　　　決算數
"""

SPACED_AND_WIDE = """梅 山 市 施 政 綱 要
一 、 民 　 政
（ 一 ） 推動里政。
㈡ 辦理選務。
（三）改善公墓。
⼆、財政
（一）開源。
(二)節流
"""

BULLETS = """雲海市施政重點
壹、觀光
● 行銷山城。
● 整建步道，
並設置標示。
貳、農業
● 推廣有機。
"""

TITLED_ITEMS = """石岡市政府施政綱要
一、社會局
（一）老人福利
　　設置日間照顧中心三處，並提供送餐服務，讓長者在家安心。
（二）兒少福利
　　擴大公共托育，減輕家長負擔，並辦理親職教育課程。
二、勞工局
（一）就業服務
　　辦理徵才活動十二場，協助青年就業，並提供職訓補助。
"""


def pdf_of(pages: list[list[str]], *, with_picture: bool = False) -> bytes:
    """Return a PDF with a text layer of these lines; the glyphs are named by a ToUnicode map."""
    signs = sorted({sign for page in pages for line in page for sign in line})
    codes = {sign: index + 1 for index, sign in enumerate(signs)}
    mapping = "\n".join(
        f"<{code:04X}> <{sign.encode('utf-16-be').hex()}>" for sign, code in codes.items()
    )
    blocks = [mapping.split("\n")[i : i + 100] for i in range(0, len(codes), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap end end"
    )
    count = len(pages)
    kids = " ".join(f"{7 + 2 * index} 0 R" for index in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /CIDSystemInfo"
        " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 6 0 R >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 -200 1000 800]"
        " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    for index, page in enumerate(pages):
        shown = [
            f"BT /F 12 Tf 50 {780 - 20 * row} Td <"
            + "".join(f"{codes[sign]:04X}" for sign in line)
            + "> Tj ET"
            for row, line in enumerate(page)
        ]
        if with_picture and not page:
            shown = [
                "q 500 0 0 700 40 40 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q",
            ]
        stream = "\n".join(shown)
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {8 + 2 * index} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    out = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return (out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{tail}").encode("latin-1")
