"""The columns of exhibitors, with the heads that published lists use."""

from django.utils.translation import gettext_lazy as _

from waic.accounts.credit_code import check_credit_code
from waic.lib.imports import cells
from waic.lib.imports.columns import Column


def credit_code(cell):
    """A unified social credit code; ValidationError when it is misspelt."""
    code = cells.code(cell)
    check_credit_code(code)
    return code


def web_address(cell):
    """An address of the web, also where it was written without https://."""
    address = cells.plain(cell)
    return address if "://" in address else f"https://{address}"


EXHIBITOR_COLUMNS = [
    Column("code", _("Code"), ("编号", "公开编号", "代码", "Public code"), parse=cells.code, is_field=False, is_text=True, width=10,
           help=_("The six characters of an exhibitor that is there already. Leave it empty for a new one.")),
    Column("name_zh", _("Name (Chinese)"), ("企业名称", "公司名称", "单位名称", "参展商", "参展商名称", "名称", "中文名称", "展商名称",
           "name", "company", "exhibitor", "zh"), width=32, example="示例科技有限公司"),
    Column("name_en", _("Name (English)"), ("英文名称", "企业英文名称", "English name", "en"), width=32, example="Sample Technology Ltd"),
    Column("credit_code", _("Unified social credit code"), ("统一社会信用代码", "信用代码", "社会信用代码", "credit code", "USCC"),
           parse=credit_code, is_field=False, is_text=True, width=24,
           help=_("18 characters; exhibitors from abroad leave it empty.")),
    Column("kind", _("Kind"), ("类型", "企业类型", "展商类型", "type"), width=14, choices="kind_names", example="",
           help=_("Company where nothing is said.")),
    Column("block", _("Block"), ("板块", "所属板块"), empty=None, choices="block_names", width=18),
    Column("category", _("Field"), ("领域", "行业", "类别", "分类", "category"), width=18),
    Column("country", _("Country or region"), ("国家", "国家或地区", "国家/地区", "country"), parse=cells.country, width=14, example="中国"),
    Column("city", _("City"), ("城市", "所在城市", "city"), width=12, example="上海"),
    Column("website", _("Website"), ("网站", "官网", "网址", "website", "url"), parse=web_address, width=26, example="https://example.com"),
    Column("profile_zh", _("Profile (Chinese)"), ("简介", "企业简介", "公司简介", "中文简介", "note"), parse=cells.prose, width=40),
    Column("profile_en", _("Profile (English)"), ("英文简介", "profile"), parse=cells.prose, width=40),
    Column("contact_name", _("Contact person"), ("联系人", "联系人姓名", "contact"), width=14),
    Column("contact_email", _("Contact e-mail"), ("联系人邮箱", "邮箱", "电子邮箱", "email"), parse=cells.plain, width=26, example="contact@example.com"),
    Column("contact_phone", _("Contact phone"), ("联系电话", "电话", "手机", "phone"), parse=cells.plain, is_text=True, width=18),
    Column("area_wanted", _("Area wanted in m²"), ("面积", "展位面积", "申请面积", "area"), parse=cells.whole, empty=None, width=10, example="36"),
    Column("booths", _("Booths"), ("展位", "展位号", "展台", "booth"), is_field=False, empty=(), width=18, example="H2-B101",
           help=_("Numbers of booths that exist; several separated by 、. They are given, never taken back.")),
    Column("exhibits", _("Exhibits"), ("展品", "展品名称", "参展产品", "exhibit"), is_field=False, empty=(), width=36, example="示例展品甲；示例展品乙",
           help=_("Names, separated by ; or a new line. They are added, never taken away.")),
    Column("remarks", _("Remarks for the desk"), ("备注", "remark"), parse=cells.prose, width=30),
]  # fmt: skip
