app_name = "advisers"
urlpatterns = []
