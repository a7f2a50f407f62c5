"""A service as search engines read it: schema.org ``GovernmentService`` (JSON-LD)."""

from typing import Any

from shizheng.core.models import City
from shizheng.core.words import in_language, language_tag
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import Service


def government_service(service: Service, definition: Definition, address: str) -> dict[str, Any]:
    """Return the service in the language of the moment.

    Args:
        address: of its page, absolute.
    """
    city = City.objects.only("name").first()
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": in_language(definition.name),
        "description": in_language(definition.summary),
        "serviceType": service.category,
        "identifier": service.code,
        "url": address,
        "inLanguage": language_tag(),
        "provider": {
            "@type": "GovernmentOrganization",
            "name": in_language(service.owner.name),
        },
        "audience": {"@type": "Audience", "name": in_language(definition.guide.who)},
        "availableChannel": {"@type": "ServiceChannel", "serviceUrl": f"{address}start/"},
        "offers": {"@type": "Offer", "description": in_language(definition.guide.cost)},
        "termsOfService": "; ".join(in_language(each) for each in definition.guide.law),
    }
    if city:
        found["areaServed"] = {"@type": "City", "name": in_language(city.name)}
    return found
