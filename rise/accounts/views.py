"""Signing in and out, the way into the demonstration, a person's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth import views as auth_views
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise.accounts import demo
from rise.accounts.forms import NewPasswordForm, SignInForm
from rise.accounts.models import Role, User
from rise.accounts.roles import landing
from rise.middleware import open_to_all

BACKEND = "rise.accounts.auth.ScopedBackend"


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_onward(request, request.user))
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        login(request, form.user, backend=BACKEND)
        return redirect(_onward(request, form.user))
    people = demo.people() if settings.DEMO_SIGN_IN else []
    page = {"form": form, "demo_people": people, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "registration/sign_in.html", page)


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


@open_to_all
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the made-up people. Outside the demonstration there is no such page."""
    if not settings.DEMO_SIGN_IN:
        raise Http404
    allowed = {person.email for person in demo.people()}
    email = request.POST.get("email", "")
    if email not in allowed:
        raise BadRequest("Not one of the demonstration's people")
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend=BACKEND)
    return redirect(_onward(request, user))


def _onward(request: HttpRequest, user: User) -> str:
    """Where to go after signing in: the page asked for when it is ours, else where the person's role lands."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return asked
    return landing(request.session.get("working_as") or user.scope)


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    memberships = request.user.memberships.current()
    roles = [(role.value, role.label) for role in Role if role in request.user.scope.roles]
    page = {"memberships": memberships, "roles": roles, "working_as": request.session.get("working_as", "")}
    return render(request, "accounts/account.html", page)


@require_POST
def working_as(request: HttpRequest) -> HttpResponse:
    """Choose which of one's roles sets the navigation and the first page; rights stay the union of all."""
    role = request.POST.get("role", "")
    if role not in request.user.scope.roles:
        raise BadRequest("Not one of your roles")
    request.session["working_as"] = role
    messages.success(request, f"You are now working as: {Role(role).label.lower()}")
    return redirect(landing(role))


class ResetConfirm(auth_views.PasswordResetConfirmView):
    def get_user(self, uidb64: str) -> User | None:
        """Nobody, for a person who has left: the page then says that the link no longer works."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None


reset_sent = open_to_all(auth_views.PasswordResetDoneView.as_view(template_name="registration/reset_sent.html"))
reset_confirm = open_to_all(
    ResetConfirm.as_view(
        form_class=NewPasswordForm,
        template_name="registration/reset_confirm.html",
        success_url=reverse_lazy("accounts:reset_done"),
    )
)
reset_done = open_to_all(auth_views.PasswordResetCompleteView.as_view(template_name="registration/reset_done.html"))


@require_GET
def land(request: HttpRequest) -> HttpResponse:
    return redirect(landing(request.session.get("working_as") or request.user.scope) or reverse("accounts:account"))
