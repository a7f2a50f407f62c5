"""Every permission by name, with what it lets a person do, in words that end a sentence."""

from django.utils.translation import gettext

from shizheng.kernel.errors import N_
from shizheng.kernel.registry import Registry

permissions: Registry[str] = Registry("Permissions")

for name, words in {
    "core.manage_people": N_("manage people and their roles"),
    "core.manage_agencies": N_("manage agencies"),
    "core.view_journal": N_("read the journal"),
    "core.view_personal": N_("see personal details"),
    "core.run_jobs": N_("run background jobs again"),
    "core.publish_pack": N_("publish definitions of the pack"),
    "core.manage_webhooks": N_("manage webhooks"),
    "core.upload_file": N_("upload files"),
}.items():
    permissions.register(name)(words)


def in_words(permission: str) -> str:
    """Return what ``permission`` allows, in the language of the reader.

    Raises:
        UnknownKey: no room has registered such a permission.
    """
    return gettext(permissions[permission])
