from django.urls import path

from rise.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/reset/sent/", views.reset_sent, name="reset_sent"),
    path("password/reset/<uidb64>/<token>/", views.reset_confirm, name="reset_confirm"),
    path("password/reset/done/", views.reset_done, name="reset_done"),
    path("account/", views.account, name="account"),
    path("account/working-as/", views.working_as, name="working_as"),
    path("land/", views.land, name="land"),
]
