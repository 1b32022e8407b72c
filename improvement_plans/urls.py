"""Addresses of plans and reviews."""

from django.urls import path

from improvement_plans import views

app_name = "improvement_plans"

urlpatterns = [
    path("plans/", views.plan_list, name="list"),
    path("plans/start/<str:ref>/", views.start, name="start"),
    path("plans/<str:ref>/", views.detail, name="detail"),
    # Writing
    path("plans/<str:ref>/objectives/add/", views.add_objective, name="add_objective"),
    path("plans/<str:ref>/objectives/<int:pk>/change/", views.change_objective, name="change_objective"),
    path("plans/<str:ref>/objectives/<int:pk>/remove/", views.remove_objective, name="remove_objective"),
    path("plans/<str:ref>/objectives/<int:pk>/bring-back/", views.bring_back_objective, name="bring_back_objective"),
    path("plans/<str:ref>/objectives/<int:pk>/move/", views.move_objective, name="move_objective"),
    path("plans/<str:ref>/help/", views.help_status, name="help_status"),
    path("plans/<str:ref>/comment/", views.comment, name="comment"),
    path("plans/<str:ref>/check/", views.check, name="check"),
    path("plans/<str:ref>/done/", views.done, name="done"),
    path("plans/<str:ref>/reopen/", views.reopen, name="reopen"),
    # Answering
    path("plans/<str:ref>/endorse/", views.endorse, name="endorse"),
    path("plans/<str:ref>/return/", views.return_plan, name="return"),
    path("plans/<str:ref>/sign-off/", views.sign_off, name="sign_off"),
    path("plans/<str:ref>/funding/", views.funding, name="funding"),
    path("plans/<str:ref>/complete/", views.complete, name="complete"),
    # Versions
    path("plans/<str:ref>/versions/", views.versions, name="versions"),
    path("plans/<str:ref>/versions/<int:number>/", views.version, name="version"),
    # Reviews
    path("plans/<str:ref>/reviews/<int:number>/", views.review, name="review"),
    path("plans/<str:ref>/reviews/<int:number>/move/", views.move_review, name="move_review"),
    path("reviews/", views.review_list, name="reviews"),
]
