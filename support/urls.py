"""Addresses of support, grouped by what they start with."""

from django.urls import path

from support.views import cases, corrections, decisions, requests, saved_views, triage

app_name = "support"
urlpatterns = [
    path("support/requests/", requests.request_list, name="request_list"),
    path("support/requests/new/", requests.request_new, name="request_new"),
    path("support/requests/<str:ref>/", requests.request_page, name="request"),
    path("support/requests/<str:ref>/change/", requests.request_change, name="request_change"),
    path("support/requests/<str:ref>/sent/", requests.request_sent, name="request_sent"),
    path("support/requests/<str:ref>/acknowledge/", requests.request_acknowledge, name="request_acknowledge"),
    path("support/requests/<str:ref>/answer/", requests.request_answer, name="request_answer"),
    path("support/requests/<str:ref>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    #
    path("support/corrections/", corrections.correction_list, name="correction_list"),
    path("support/corrections/<str:ref>/", corrections.correction, name="correction"),
    path("support/corrections/<str:ref>/withdraw/", corrections.correction_withdraw, name="correction_withdraw"),
    path("schools/<int:urn>/record/wrong/", corrections.correction_new, name="correction_new"),
    #
    path("triage/", triage.triage, name="triage"),
    path("triage/bulk/", triage.triage_bulk, name="triage_bulk"),
    path("triage/export/", triage.triage_export, name="triage_export"),
    path("triage/<int:urn>/", triage.triage_school, name="triage_school"),
    path("triage/<int:urn>/decide/", decisions.decide, name="decide"),
    path("triage/<int:urn>/open-case/", cases.open_case, name="open_case"),
    path("triage/<int:urn>/signals/add/", triage.add_signal, name="add_signal"),
    path("triage/<int:urn>/step/", triage.triage_step, name="triage_step"),
    path("triage/<int:urn>/withdraw/", decisions.withdraw_decision, name="withdraw_decision"),
    #
    path("views/new/", saved_views.new, name="saved_view_new"),
    path("views/<str:ref>/", saved_views.saved_view, name="saved_view"),
    path("views/<str:ref>/change/", saved_views.change, name="saved_view_change"),
    path("views/<str:ref>/replace/", saved_views.replace, name="saved_view_replace"),
    path("views/<str:ref>/delete/", saved_views.delete, name="saved_view_delete"),
    path("views/<str:ref>/bring-back/", saved_views.bring_back, name="saved_view_bring_back"),
    #
    path("schools/<int:urn>/decision/", decisions.decision, name="decision"),
    path("schools/<int:urn>/decision/replies/<int:pk>/", decisions.representation, name="representation"),
    path("schools/<int:urn>/own-support/", triage.own_support, name="own_support"),
    #
    path("cases/", cases.case_list, name="case_list"),
    path("cases/<str:ref>/", cases.case, name="case"),
    path("cases/<str:ref>/assign/", cases.assign, name="assign"),
    path("cases/<str:ref>/carry-on/", cases.carry_on, name="carry_on"),
    path("cases/<str:ref>/change/", cases.case_change, name="case_change"),
    path("cases/<str:ref>/diagnosis/", cases.diagnosis, name="diagnosis"),
]
