app_name = "improvement_plans"
urlpatterns = []
