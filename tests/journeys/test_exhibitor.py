"""A company registers, applies over two sittings, is asked for a change, is approved and stands on the public site."""

import io

import pytest
from PIL import Image

from exhibitors.models import Application
from tests.journeys.conftest import PASSWORD, new_person
from waic.accounts.credit_code import check_digit
from waic.notifications.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL, DESK = "lin@sample.example", "desk@sample.example"
# The check character is computed (GB 32100-2015); nobody owns this code.
CREDIT_CODE = (BODY := "91310000MA1FL0000") + check_digit(BODY)
WRONG_CODE = BODY + ("0" if CREDIT_CODE[-1] != "0" else "1")


def picture():
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#144e8c").save(out, "PNG")
    return {"name": "licence.png", "mimeType": "image/png", "buffer": out.getvalue()}


def register(person, mailbox):
    person.go("/accounts/signup/")
    person.fill(name="林示例", email=EMAIL, password1=PASSWORD, password2=PASSWORD)
    person.press("注册")
    person.page.locator("[name=code]").wait_for()
    person.fill(code=mailbox.code(EMAIL))
    person.page.locator("form:has([name=code]) button").first.click()
    person.page.wait_for_url("**/portal/")


def begin(person):
    person.go("/portal/exhibitors/new/")
    person.fill(name_zh="示例机器人有限公司", name_en="Sample Robotics Ltd", city="杭州", credit_code=WRONG_CODE)  # fmt: skip
    person.page.locator("select[name=country]").select_option("CN")
    person.press("开始申请")
    # The check character is wrong: a sentence beside the field, and nothing typed is lost.
    person.sees("信用代码有误")
    assert person.page.locator("[name=name_zh]").input_value() == "示例机器人有限公司"
    person.fill(credit_code=CREDIT_CODE)
    person.press("开始申请")
    person.page.wait_for_url("**/edit/")


def fill_draft(person):
    person.page.locator("#part-company input, #part-stand input").first.wait_for()
    person.fill(profile_zh="我们做示例机器人。", category="机器人", area_wanted="36")
    person.page.locator("[name=block]").first.check()
    saved = person.page.locator("[data-saved], #saved").first
    person.fill(contact_name="林示例", contact_email=EMAIL)
    with person.page.expect_response(lambda r: r.request.method == "POST" and r.status == 200):
        person.fill(contact_phone="021-00000000")
    return saved


def add_exhibit(person, name_zh, name_en, launch=""):
    person.go(f"/portal/exhibitors/{code()}/exhibits/new/")
    person.fill(name_zh=name_zh, name_en=name_en)
    if launch:
        person.page.locator("[name=claims_launch]").check()
        person.fill(launch_evidence=launch)
    person.press("保存展品")
    person.page.wait_for_url("**/edit/**")


def code():
    return Application.objects.get().code


def submit(person):
    person.go(f"/portal/exhibitors/{code()}/review/")
    person.page.locator("#id_agrees").check()
    person.press("提交")
    person.page.wait_for_url(f"**/exhibitors/{code()}/")


def step_of_desk(desk, label, reason=""):
    application = Application.objects.get()
    desk.go(f"/admin/exhibitors/application/{application.pk}/change/")
    desk.page.get_by_role("link", name=label, exact=True).or_(
        desk.page.get_by_role("button", name=label, exact=True)
    ).first.click()
    if reason:
        desk.page.locator("[name=reason]").fill(reason)
    desk.page.get_by_role("button", name=label, exact=True).first.click()
    desk.page.wait_for_load_state()


def test_from_registration_to_the_public_site(edition, visit, mailbox):
    new_person(DESK, desk="exhibition", name="示例展览部")
    person = visit()
    register(person, mailbox)
    begin(person)
    fill_draft(person)

    # Another device, the next day: what was typed is there.
    again = visit(phone=True).sign_in(EMAIL)
    again.go(f"/portal/exhibitors/{code()}/edit/")
    assert again.page.locator("[name=profile_zh]").input_value() == "我们做示例机器人。"
    assert again.page.locator("[name=contact_phone]").input_value() == "021-00000000"

    add_exhibit(person, "示例人形机器人", "Sample humanoid", launch="示例：此前从未展出。")
    add_exhibit(person, "示例机械臂", "Sample arm")
    person.go(f"/portal/exhibitors/{code()}/edit/")
    person.page.locator("input[type=file][name=licence]").set_input_files(picture())
    person.press("保存")
    person.sees("licence.png")
    submit(person)
    person.sees("展览部正在审核您的申请")
    assert mailbox.templates(EMAIL)[-1] == "exhibitors/submitted"

    desk = visit().sign_in(DESK, "/admin/")
    desk.go("/admin/exhibitors/application/?q=示例机器人").sees("示例机器人有限公司")
    step_of_desk(desk, "要求修改", "请补充英文简介。")
    assert mailbox.templates(EMAIL)[-1] == "exhibitors/changes"
    assert "请补充英文简介。" in mailbox.last(EMAIL).text

    person.go(f"/portal/exhibitors/{code()}/").sees("请补充英文简介。")
    person.go(f"/portal/exhibitors/{code()}/edit/")
    with person.page.expect_response(lambda r: r.request.method == "POST" and r.status == 200):
        person.fill(profile_en="We make sample robots.")
    submit(person)

    step_of_desk(desk, "通过")
    assert mailbox.templates(EMAIL)[-1] == "exhibitors/approved"

    public = visit()
    public.go(f"/{edition.year}/exhibitors/").sees("示例机器人有限公司")
    public.go(f"/{edition.year}/exhibitors/{code()}/").sees("示例人形机器人", "示例机械臂")
    english = visit("/en")
    english.go(f"/{edition.year}/exhibitors/{code()}/").sees("We make sample robots.", "Sample humanoid")  # fmt: skip
    # Each step told the applicant once, in their language.
    steps = [t for t in mailbox.templates(EMAIL) if t.startswith("exhibitors/")]
    assert steps == ["exhibitors/submitted", "exhibitors/changes", "exhibitors/submitted", "exhibitors/approved"]  # fmt: skip
    assert set(Message.objects.filter(address=EMAIL).values_list("language", flat=True)) == {"zh-hans"}  # fmt: skip
