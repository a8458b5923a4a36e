"""A new person: the code from the mail, an authenticator app, a recovery code instead of the phone, out again."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from waic.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW, PASSWORD = "new@sample.example", "a-long-sample-password"


def code_now(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_register_confirm_second_factor_recovery_sign_out(edition, visit, mailbox):
    person = visit(phone=True)
    person.go("/accounts/signup/").fill(
        name="示例新人", email=NEW, password1=PASSWORD, password2=PASSWORD
    )
    person.press("注册").sees("输入验证码")
    person.fill(code="WRONG1").press("确认").sees("验证码不正确")
    person.fill(code=mailbox.code(NEW)).press("确认")
    person.page.wait_for_url("**/portal/")
    assert User.objects.get(email=NEW).name == "示例新人"

    person.go("/accounts/2fa/").follow("开始设置")
    person.fill(password=PASSWORD).press("确认")
    secret = person.page.locator("code.secret").inner_text()
    person.fill(code=code_now(secret)).press("启用").sees("已生成一组新的恢复码")
    recovery = person.page.locator(".codes code").first.inner_text()

    person.go("/accounts/logout/").press("退出登录")
    person.page.wait_for_url(f"{person.site}/")
    person.go("/accounts/login/").fill(login=NEW, password=PASSWORD).press("登录").sees("双重验证")
    person.fill(code=recovery).press("登录")
    person.page.wait_for_url("**/portal/")
    person.go("/accounts/2fa/").sees("还剩 9 个")

    # A recovery code works once.
    person.go("/accounts/logout/").press("退出登录")
    person.page.wait_for_url(f"{person.site}/")
    person.go("/accounts/login/").fill(login=NEW, password=PASSWORD).press("登录").sees("双重验证")
    person.fill(code=recovery).press("登录").sees("验证码不正确")
