"""Addresses of the case engine: residents first, then those who work on cases."""

from shizheng.services.applying.urls import urlpatterns as applying
from shizheng.services.batch.urls import urlpatterns as batch
from shizheng.services.calls.urls import urlpatterns as calls
from shizheng.services.desk.urls import urlpatterns as desk
from shizheng.services.dispatch.urls import urlpatterns as dispatch
from shizheng.services.documents.urls import urlpatterns as documents
from shizheng.services.duplicates.urls import urlpatterns as duplicates
from shizheng.services.figures.urls import urlpatterns as figures
from shizheng.services.following.urls import urlpatterns as following
from shizheng.services.knowledge.public.urls import urlpatterns as questions
from shizheng.services.knowledge.urls import urlpatterns as knowledge
from shizheng.services.masters.urls import urlpatterns as masters
from shizheng.services.notices.urls import urlpatterns as notices
from shizheng.services.outputs.urls import urlpatterns as outputs
from shizheng.services.parties.urls import urlpatterns as parties
from shizheng.services.payments.urls import urlpatterns as payments
from shizheng.services.publishing.urls import urlpatterns as publishing
from shizheng.services.retention.urls import urlpatterns as retention
from shizheng.services.villages.urls import urlpatterns as villages

app_name = "services"
urlpatterns = [
    *figures,
    *publishing,
    *applying,
    *following,
    *questions,
    *knowledge,
    *payments,
    *outputs,
    *parties,
    *notices,
    *retention,
    *batch,
    *duplicates,
    *desk,
    *documents,
    *masters,
    *calls,
    *dispatch,
    *villages,
]
