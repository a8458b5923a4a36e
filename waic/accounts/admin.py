"""People, organisations and desks, for organisers."""

from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from waic.accounts.models import ApiToken, Membership, Organisation, TeamInvitation, User
from waic.accounts.operations import move_address
from waic.lib.desk import DeskAdmin

admin.site.unregister([Group, Authenticator, UserSession])


class MembershipInline(TabularInline):
    model = Membership
    autocomplete_fields = ["user", "organisation"]
    extra = 0
    tab = True


@admin.register(User)
class UserAdmin(BaseUserAdmin, DeskAdmin):  # type: ignore[misc]
    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = [
        "email",
        "name",
        "language",
        "is_staff",
        "is_active",
        "date_joined",
        "last_login",
    ]
    list_filter = ["is_staff", "is_active", "groups", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ["groups"]
    inlines = [MembershipInline]
    fieldsets = (
        (None, {"fields": ("email", "name", "phone", "language", "password")}),
        (_("Desks"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "language", "password1", "password2")}),)

    def get_readonly_fields(self, request, obj=None):
        # Nobody makes themselves or others more than they are: only a superuser moves people between desks.
        fields = super().get_readonly_fields(request, obj)
        return (
            fields
            if request.user.is_superuser or request.user.groups.filter(name="organiser").exists()
            else [*fields, "is_staff", "groups"]
        )

    def has_change_permission(self, request, obj=None):
        return self.is_within_reach(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.is_within_reach(request, obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def is_within_reach(request, person):
        """Only superusers touch superusers."""
        return person is None or request.user.is_superuser or not person.is_superuser

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            move_address(obj)


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    """Desks; their permissions come from waic.accounts.desks and are written after each migration."""

    readonly_fields = ["permissions"]
    filter_horizontal = ()


class InvitationInline(TabularInline):
    model = TeamInvitation
    fields = readonly_fields = [
        "email",
        "role",
        "invited_by",
        "invited_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    ]
    extra = 0
    tab = True

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Organisation)
class OrganisationAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "credit_code", "country", "city", "people"]
    list_filter = ["country"]
    search_fields = ["name_zh", "name_en", "short_name", "credit_code", "code"]
    readonly_fields = ["code", "source"]
    inlines = [MembershipInline, InvitationInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(people_count=Count("memberships"))

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, organisation):
        return organisation.people_count


@admin.register(ApiToken)
class ApiTokenAdmin(DeskAdmin):
    """Tokens are made by their people; a desk may revoke one."""

    list_display = ["name", "user", "can_write", "year", "expires_at", "last_used_on"]
    list_select_related = ["user"]
    search_fields = ["name", "user__email"]
    readonly_fields = ["user", "name", "can_write", "year", "expires_at", "last_used_on"]
    fields = readonly_fields

    def has_add_permission(self, request):
        return False


class EndedHereAdmin(DeskAdmin):
    """What signing in leaves behind: looked at and ended here, never written."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(UserSession)
class UserSessionAdmin(EndedHereAdmin):
    """Where somebody is signed in; deleting a row signs them out there."""

    list_display = ["user", "created_at", "last_seen_at", "ip", "user_agent"]
    list_select_related = ["user"]
    search_fields = ["user__email", "=ip"]
    fields = list_display


@admin.register(Authenticator)
class AuthenticatorAdmin(EndedHereAdmin):
    """Second factors without their secrets; deleting one lets its owner set up another."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    list_filter = ["type"]
    search_fields = ["user__email"]
    fields = list_display
