"""An entry for SAIL: typed and kept, a co-applicant by mail, a receipt, the deadline, one entry reopened. In English."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from awards.models import Call, Entry
from awards.operations.receipts import verification_path
from tests.journeys.conftest import new_person
from waic.accounts.operations import make_token
from waic.lib import clock
from waic.lib.pdf import compile_pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEAD, CO, DESK = "lead@sample.example", "co@sample.example", "awards@sample.example"


def paper():
    content = compile_pdf("demo/pdf/sample.typ", {"title": "Sample", "text": "Sample"})
    return {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": content}


def saved(response):
    return response.request.method == "POST" and "/form/" in response.url and response.ok


def typed(person, **fields):
    """Type, and wait until the page has saved it by itself."""
    with person.page.expect_response(saved):
        person.fill(**fields)


def fill_in(person):
    typed(person, title_en="Sample: inspection on the line")
    # Another device sees what was typed; nothing was pressed.
    assert Entry.objects.get().title_en == "Sample: inspection on the line"
    person.fill(title_zh="示例：产线质检", organisation="Sample institute")
    person.page.locator("select[name=country]").select_option("SG")
    person.page.locator("[name=track]").first.check()
    person.fill(
        applicant_unit="Sample institute",
        contact_phone="+65 0000 0000",
        summary="A sample.",
        novelty="One\nTwo",
    )
    person.page.locator("[name=maturity]").nth(1).check()
    person.page.locator("[name=truthful]").check()
    typed(person, video="https://video.sample.example/demo")


def test_from_the_first_line_to_a_reopened_entry(edition, visit, mailbox):
    new_person(LEAD, language="en", name="Lin Sample")
    new_person(CO, language="en", name="Co Sample")
    new_person(DESK, desk="awards", name="示例奖项部")
    person = visit("/en").sign_in(LEAD)
    person.go("/portal/entries/").press("Start an entry")
    person.page.wait_for_url("**/form/")
    fill_in(person)
    person.page.locator("input[type=file][name=paper]").set_input_files(paper())
    person.press("Save")
    person.sees("paper.pdf")

    entry = Entry.objects.get()
    person.go(f"/portal/entries/{entry.code}/")
    person.fill(name="Co Sample", email=CO).press("Invite a co-applicant")
    person.sees(CO)
    invite = mailbox.last(CO)
    assert (invite.template, invite.language) == ("awards/member_invited", "en")
    friend = visit("/en", phone=True).sign_in(CO)
    friend.page.goto(
        mailbox.link(CO) if "http" in mailbox.link(CO) else friend.site + mailbox.link(CO)
    )
    friend.press("Confirm and join")
    friend.sees("Sample: inspection on the line")

    person.go(f"/portal/entries/{entry.code}/form/").press("Check and hand in")
    person.sees("Receipt SAIL-0001")
    for address in (LEAD, CO):
        mail = mailbox.last(address)
        assert mail.template == "awards/entry_submitted"
        assert "SAIL-0001" in mail.subject + mail.text
        assert mail.attachments.get().media_type == "application/pdf"
    receipt = person.page.request.get(f"{person.site}/en/portal/entries/{entry.code}/receipt/")
    text = PdfReader(io.BytesIO(receipt.body())).pages[0].extract_text()
    assert "SAIL-0001" in text
    assert "Sample: inspection on the line" in text
    entry.refresh_from_db()
    anybody = visit("/en")
    anybody.page.goto(anybody.site + verification_path(entry))
    anybody.sees("SAIL-0001")

    # Taken back once more in time; then the deadline passes while the page is open.
    person.press("Take back to change it")
    person.go(f"/portal/entries/{entry.code}/form/")
    Call.objects.update(closes_at=clock.now() - timedelta(seconds=1))
    with person.page.expect_response(lambda r: r.request.method == "POST" and r.status >= 400):
        person.fill(summary="Too late.")
    person.sees("The deadline has passed")
    assert person.page.locator("[name=summary]").input_value() == "Too late."
    entry.refresh_from_db()
    assert entry.answers["summary"] == "A sample."
    person.go(f"/portal/entries/{entry.code}/").sees("The deadline has passed")
    assert person.page.locator("button[name=step][value=submit]").count() == 0
    _token, secret = make_token(
        entry.members.get(is_lead=True).user, "sample", days=30, can_write=True
    )
    answer = person.page.request.patch(
        f"{person.site}/api/v1/entries/{entry.code}/",
        data={"answers": {"summary": "Too late."}},
        headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"},
    )
    assert answer.status in (400, 409, 422)
    assert "deadline has passed" in answer.text()


def test_the_desk_reopens_one_entry(edition, visit, mailbox):
    from tests.journeys.entries import submitted_entry

    lead = new_person(LEAD, language="en", name="Lin Sample")
    new_person(DESK, desk="awards", name="示例奖项部")
    entry = submitted_entry(Call.objects.get(), lead, paper())
    Call.objects.update(closes_at=clock.now() - timedelta(hours=1))
    desk = visit().sign_in(DESK, "/admin/")
    desk.go("/admin/awards/entry/").sees("SAIL-0001", "100 %")
    desk.go(f"/admin/awards/entry/{entry.pk}/change/").sees("paper.pdf")
    desk.page.get_by_role("link", name="重新开放", exact=True).or_(
        desk.page.get_by_role("button", name="重新开放", exact=True)
    ).first.click()
    desk.press("重新开放")
    # A reason is asked for; with one it goes through.
    assert Entry.objects.get().state == "submitted"
    desk.page.locator("[name=reason]").fill("附件缺一页，请补充。")
    desk.press("重新开放")
    desk.page.wait_for_load_state()
    assert Entry.objects.get().state == "reopened"
    mail = mailbox.last(LEAD)
    assert (mail.template, mail.language) == ("awards/entry_reopened", "en")
    assert "附件缺一页，请补充。" in mail.text
    person = visit("/en").sign_in(LEAD)
    person.go(f"/portal/entries/{entry.code}/form/")
    typed(person, summary="With the page that was missing.")
    person.press("Check and hand in")
    person.sees("Receipt SAIL-0001")
    assert re.fullmatch("SAIL-0001", Entry.objects.get().receipt_number)
