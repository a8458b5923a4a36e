"""Exhibitors from a table, with their organisation, booths and exhibits."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exhibitors.import_columns import EXHIBITOR_COLUMNS
from exhibitors.models import (
    APPLICATION,
    Allocation,
    Application,
    ApplicationState,
    Block,
    Booth,
    Exhibit,
    Kind,
)
from exhibitors.operations.booths import allocate_booth
from exhibitors.operations.publishing import refresh, refresh_edition
from waic.accounts.imports import KnownOrganisations
from waic.editions.imports import EditionImport
from waic.lib.imports import cells
from waic.lib.imports.engine import register
from waic.lib.places import country_name

KIND_WORDS = {
    Kind.COMPANY.value: ["企业", "公司", "company"], Kind.STARTUP.value: ["初创企业", "初创", "创业公司", "start-up", "startup"],
    Kind.GROUP.value: ["展团", "组团"], Kind.INSTITUTE.value: ["高校", "院校", "科研院所", "研究院", "institute"],
}  # fmt: skip
# More than this many at once: the search is told about the whole edition.
FEW = 50
CLOSED = (ApplicationState.DECLINED, ApplicationState.WITHDRAWN)


@register
class ExhibitorImport(EditionImport):
    """Matched by code, credit code or name. New ones arrive as submitted: the desk still decides about each."""

    key = "exhibitors"
    model = Application
    title = gettext_lazy("Import exhibitors")
    columns = EXHIBITOR_COLUMNS
    recognised_by = ({"code"}, {"credit_code"}, {"name_zh"}, {"name_en"})
    chosen = (
        "code", "edition", "organisation", "block", "logo", "licence", "started_by", "changed_by", "entry_key",
    )  # fmt: skip

    def prepare(self):
        self.organisations = KnownOrganisations()
        self.blocks = list(Block.objects.filter(edition=self.edition))
        self.kinds = cells.words_of(Kind, **KIND_WORDS)
        booths = Booth.objects.filter(hall__venue__edition=self.edition).select_related(
            "hall__venue"
        )
        self.booths = {cells.key(booth.number): booth for booth in booths}
        self.by_code, self.by_name, self.by_organisation = {}, {}, {}
        for application in self.queryset().order_by("pk"):
            self._remember_application(application)

    def queryset(self):
        held = Allocation.objects.current().select_related("booth")
        return (
            super().queryset().select_related("organisation", "block")
            .prefetch_related("exhibits", Prefetch("allocations", held))
        )  # fmt: skip

    def _remember_application(self, application):
        """Withdrawn and declined ones give way to an open one of the same organisation."""
        known = self.by_organisation.get(application.organisation_id)
        if known is not None and application.state in CLOSED and known.pk != application.pk:
            return
        self.by_code[application.code] = application
        self.by_organisation[application.organisation_id] = application
        for name in {cells.key(application.name_zh), cells.key(application.name_en)} - {""}:
            self.by_name[name] = application

    # --- Reading ----------------------------------------------------------------------------------

    def kind_names(self):
        return [kind.label for kind in Kind]

    def block_names(self):
        return [str(block) for block in self.blocks]

    def parse_kind(self, cell):
        return cells.one_of(cells.line(cell), self.kinds, self.show_kind)

    def parse_block(self, cell):
        words = {
            cells.key(word): b
            for b in self.blocks
            for word in (b.key, b.name_zh, b.name_en)
            if word
        }
        return cells.one_of(cells.line(cell), words)

    def parse_booths(self, cell):
        numbers = cells.listed(cell, separators="\n;；、，,|/ ")
        return tuple(cells.one_of(number, self.booths).number for number in numbers)

    def parse_exhibits(self, cell):
        return cells.listed(cell, separators="\n;；|")

    # --- Who --------------------------------------------------------------------------------------

    def find(self, row):
        if code := row.get("code"):
            application = self.by_code.get(code)
            if application is None:
                text = _(
                    "No exhibitor of this edition has this code. Leave it empty for a new one."
                )
                raise ValidationError({"code": text})
        else:
            application = self._by_organisation(row)
        if application is None:
            return None
        if application.state == ApplicationState.DECLINED:
            raise ValidationError(
                _("This exhibitor was declined. Reopen the application on its page, or remove this row."), code="declined"
            )  # fmt: skip
        if application.state == ApplicationState.WITHDRAWN:
            row.notes.append(_("An earlier application was withdrawn; a new one is made."))
            return None
        self._check_credit_code(row, application.organisation)
        return application

    def _by_organisation(self, row):
        names = [row.get("name_zh"), row.get("name_en")]
        if not any([*names, row.get("credit_code")]):
            raise ValidationError({"name_zh": _("Give the name in Chinese or in English.")})
        organisation = self.organisations.by_code.get(row.get("credit_code"))
        if organisation is not None:
            return self.by_organisation.get(organisation.pk)
        by_name = (self.by_name.get(cells.key(name)) for name in names if name)
        organisation = self.organisations.named(*names)
        return next(filter(None, by_name), None) or (
            self.by_organisation.get(organisation.pk) if organisation else None
        )

    def _check_credit_code(self, row, organisation):
        """A credit code that is on record is not changed by a file, and nobody else's is taken."""
        given = row.get("credit_code")
        if not given or given == organisation.credit_code:
            return
        if organisation.credit_code:
            raise ValidationError({"credit_code": ValidationError(
                _("%(name)s is registered with another credit code, %(code)s. Correct this one, or change it on the organisation's page."),
                code="other_code", params={"name": organisation, "code": organisation.credit_code},
            )})  # fmt: skip
        other = self.organisations.by_code.get(given)
        if other is not None and other.pk != organisation.pk:
            raise ValidationError({"credit_code": ValidationError(
                _("This credit code belongs to %(name)s."), code="taken", params={"name": other}
            )})  # fmt: skip

    # --- What there is ----------------------------------------------------------------------------

    def current_credit_code(self, application, row):
        return application.organisation.credit_code

    def current_booths(self, application, row):
        return tuple(
            sorted(allocation.booth.number for allocation in application.allocations.all())
        )

    def current_exhibits(self, application, row):
        exhibits = sorted(application.exhibits.all(), key=lambda e: (e.order, e.pk))
        return tuple(exhibit.name_zh or exhibit.name_en for exhibit in exhibits)

    def merge_booths(self, old, new):
        return tuple(dict.fromkeys([*old, *new]))

    def merge_exhibits(self, old, new):
        known = {cells.key(name) for name in old}
        return (*old, *(name for name in new if cells.key(name) not in known))

    def show_kind(self, kind):
        return str(Kind(kind).label)

    def show_country(self, country):
        return country_name(country) if country else ""

    # --- Writing ----------------------------------------------------------------------------------

    def apply(self, row, application, changed):
        is_new = application.pk is None
        if is_new:
            self._begin(row, application)
        self.set_fields(row, application, changed)
        for name in changed:
            application.typed.pop(name, None)  # what the applicant typed and was not right yet
        application.changed_by = self.by
        self.save(application)
        if is_new:
            reason = _("Imported from %(file)s") % {"file": self.file_name}
            APPLICATION.take(application, "submit", by=self.by, reason=reason)
        self._settle_credit_code(row, application.organisation)
        self._give_booths(row, application)
        self._add_exhibits(row, application)
        self._remember_application(application)

    def _begin(self, row, application):
        """The organisation of a new application, and what it already says about itself."""
        names = [row.get("name_zh"), row.get("name_en")]
        organisation = self.organisations.by_code.get(
            row.get("credit_code")
        ) or self.organisations.named(*names)
        if organisation is None:
            fields = ("name_zh", "name_en", "credit_code", "country", "city", "website")
            organisation = self.organisations.add(
                source=self.file_name, **{name: row.values[name] for name in fields if row.get(name)}
            )  # fmt: skip
            self.note_added(organisation)
        self._check_credit_code(row, organisation)
        application.organisation = organisation
        application.source = self.file_name
        for name in ("name_zh", "name_en", "country", "city", "website"):
            if name not in row.values:
                setattr(application, name, getattr(organisation, name))

    def _settle_credit_code(self, row, organisation):
        if (given := row.get("credit_code")) and not organisation.credit_code:
            organisation.credit_code = given
            organisation.full_clean(exclude=["code"])
            organisation.save()
            self.organisations.remember(organisation)

    def _give_booths(self, row, application):
        held = {allocation.booth.number for allocation in application.allocations.all()}
        for number in row.get("booths", ()):
            if number in held:
                continue
            booth = self.booths[cells.key(number)]
            try:
                allocate_booth(application, booth, tell=False)
            except ValidationError as refusal:
                raise ValidationError(
                    {"booths": self._booth_sentences(refusal, booth)}
                ) from refusal

    @staticmethod
    def _booth_sentences(refusal, booth):
        holder = (
            Allocation.objects.current().filter(booth=booth).select_related("application").first()
        )
        if holder is None:
            return refusal.messages
        return [
            _("%(booth)s is taken by %(exhibitor)s.")
            % {"booth": booth, "exhibitor": holder.application}
        ]

    def _add_exhibits(self, row, application):
        known = {cells.key(name) for name in self.current_exhibits(application, row)}
        for order, name in enumerate(row.get("exhibits", ())):
            if cells.key(name) in known:
                continue
            field = "name_en" if cells.is_latin(name) else "name_zh"
            exhibit = Exhibit(
                application=application, order=order, category=application.category, **{field: name}
            )
            try:
                exhibit.full_clean(exclude=["application", "code", "picture", "entry_key"])
            except ValidationError as refusal:
                raise ValidationError({"exhibits": refusal.messages}) from refusal
            exhibit.save()

    def finish(self, objects):
        if len(objects) > FEW:
            refresh_edition(self.edition)
        else:
            for application in objects:
                refresh(application)
