"""Addresses of needs, offers, deployments and providers."""

from django.urls import path

from deployments.views import agreement, deployments, needs, offers, providers, running

app_name = "deployments"

urlpatterns = [
    # Needs
    path("brokering/", needs.need_list, name="need_list"),
    path("brokering/<str:ref>/", needs.need, name="need"),
    path("brokering/<str:ref>/change/", needs.change_need, name="change_need"),
    path("brokering/<str:ref>/shortlist/<int:leader>/", needs.shortlist, name="shortlist"),
    path("brokering/<str:ref>/take-back/", needs.take_back, name="take_back"),
    path("brokering/<str:ref>/approve/", needs.approve, name="approve"),
    path("brokering/<str:ref>/offer/", needs.make_offer, name="make_offer"),
    path("brokering/<str:ref>/cold-spot/", needs.cold_spot, name="cold_spot"),
    path("brokering/<str:ref>/look-again/", needs.look_again, name="look_again"),
    path("brokering/<str:ref>/withdraw/", needs.withdraw_need, name="withdraw_need"),
    # Offers
    path("offers/", offers.offer_list, name="offer_list"),
    path("offers/<str:ref>/", offers.offer, name="offer"),
    path("offers/<str:ref>/change/", offers.revise_offer, name="revise_offer"),
    path("offers/<str:ref>/withdraw/", offers.withdraw_offer, name="withdraw_offer"),
    # Deployments
    path("deployments/", deployments.deployment_list, name="list"),
    path("deployments/<str:ref>/", deployments.detail, name="detail"),
    path("deployments/<str:ref>/goals/", agreement.goals, name="goals"),
    path("deployments/<str:ref>/sign/", agreement.sign, name="sign"),
    path("deployments/<str:ref>/start/", agreement.start, name="start"),
    path("deployments/<str:ref>/visits/add/", running.add_visit, name="add_visit"),
    path("deployments/<str:ref>/readings/", running.readings, name="readings"),
    path("deployments/<str:ref>/change/", running.change, name="change"),
    path("deployments/<str:ref>/changes/<int:pk>/", running.answer_change, name="answer_change"),
    path("deployments/<str:ref>/changes/<int:pk>/withdraw/", running.withdraw_change, name="withdraw_change"),
    path("deployments/<str:ref>/close/", running.close, name="close"),
    path("deployments/<str:ref>/finish-early/", running.finish_early, name="finish_early"),
    path("deployments/<str:ref>/pause/", running.pause, name="pause"),
    path("deployments/<str:ref>/resume/", running.resume, name="resume"),
    path("deployments/<str:ref>/withdraw/", agreement.withdraw, name="withdraw"),
    # Who can help
    path("providers/", providers.provider_list, name="provider_list"),
    path("providers/<str:ref>/", providers.provider, name="provider"),
    path("availability/", providers.availability, name="availability"),
    path("availability/<int:pk>/", providers.leader_availability, name="leader_availability"),
    path("availability/<int:pk>/consent/", providers.consent, name="consent"),
]
