from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "rise.accounts"
    label = "accounts"
    verbose_name = "People and access"
