"""The columns of forums and speakers, with the heads that published programmes use."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models import OrganisationRole
from waic.lib.imports import cells
from waic.lib.imports.columns import Column

ROLES = {
    "hosts": OrganisationRole.HOST, "organisers": OrganisationRole.ORGANISER,
    "co_organisers": OrganisationRole.CO_ORGANISER, "supporters": OrganisationRole.SUPPORTER,
}  # fmt: skip
# What published programmes call a kind beside its own names.
KIND_WORDS = {
    "forum": "industry", "论坛": "industry", "行业": "industry", "main_forum": "main", "主论坛": "main", "theme_forum": "theme",
    "主题": "theme", "scenario_release": "scenario", "场景": "scenario", "对接": "matchmaking", "开幕式": "opening", "全体会议": "opening",
}  # fmt: skip

_ORGANISATIONS = _(
    "Separated by 、 or ; or a new line. The list replaces the one there is; unknown organisations are added."
)


def _organisations(name, label, *aliases):
    example = "示例单位甲、示例单位乙"
    return Column(
        name,
        label,
        aliases,
        is_field=False,
        empty=(),
        help=_ORGANISATIONS,
        example=example,
        width=28,
    )


CODE = Column(
    "code", _("Code"), ("编号", "公开编号", "代码", "Public code"), parse=cells.code, is_field=False, is_text=True, width=10,
    help=_("The six characters of a row that is there already. Leave it empty for a new one."),
)  # fmt: skip

FORUM_COLUMNS = [
    CODE,
    Column("external_id", _("Identifier elsewhere"), ("外部编号", "论坛ID", "id", "forum id"), is_text=True,
           help=_("The identifier in another system, if there is one.")),
    Column("title_zh", _("Title (Chinese)"), ("论坛名称", "论坛标题", "论坛名", "中文名称", "中文标题", "名称", "标题", "论坛", "题目",
           "forum title", "title", "forum", "zh"), required=True, width=40, example="示例论坛"),
    Column("title_en", _("Title (English)"), ("英文名称", "英文标题", "论坛英文名称", "English title", "en"), width=40, example="Sample forum"),
    Column("kind", _("Kind"), ("论坛类型", "类型", "类别", "性质", "forum type", "type", "category"), required=True, choices="kind_names",
           help=_("One of the kinds of this edition.")),
    Column("date", _("Date"), ("日期", "举办日期", "论坛日期", "时间（日期）"), is_field=False, empty=None, example="2024-07-04", width=12,
           help=_("Like 2024-07-04 or 7月4日.")),
    Column("start", _("Start"), ("开始时间", "开始", "起始时间", "start time", "starts", "begin"), parse=cells.moment, is_field=False,
           empty=None, example="13:30", width=9, help=_("Shanghai time, like 13:30.")),
    Column("end", _("End"), ("结束时间", "结束", "end time", "ends"), parse=cells.moment, is_field=False, empty=None, example="17:00", width=9,
           help=_("Shanghai time, like 17:00.")),
    Column("time", _("Time span"), ("时间", "时段", "举办时间", "time"), parse=cells.span, is_field=False, empty=None, example="13:30-17:00",
           width=13, help=_("Instead of start and end.")),
    Column("venue", _("Venue"), ("场馆", "地点", "举办地点", "论坛地点", "venue_zh", "addr_raw", "place", "location"), is_field=False,
           choices="venue_names", width=20, help=_("A venue of this edition; venue and room in one word are understood, too.")),
    Column("room", _("Room"), ("会议室", "房间", "会场", "厅", "room_zh", "hall"), is_field=False, choices="room_names", width=24,
           help=_("A room of this edition.")),
    _organisations("hosts", _("Hosts"), "主办单位", "主办方", "主办", "host"),
    _organisations("organisers", _("Organisers"), "承办单位", "承办方", "承办", "organiser", "organizers", "organizer"),
    _organisations("co_organisers", _("Co-organisers"), "协办单位", "协办方", "协办", "co-organiser", "co-organizers"),
    _organisations("supporters", _("Supporters"), "支持单位", "支持方", "支持", "supporter"),
    Column("guests", _("Guests"), ("嘉宾", "演讲嘉宾", "出席嘉宾", "嘉宾名单", "speakers", "guest"), is_field=False, empty=(), width=40,
           example="示例嘉宾 | 示例职务 | 示例单位",
           help=_("One guest per line: name | title | affiliation. Guests are added and brought up to date, never taken away.")),
    Column("theme", _("Theme or industry"), ("主题", "行业", "方向", "theme_zh")),
    Column("language", _("Languages spoken"), ("语言", "语种", "论坛语言"), width=12, example="zh"),
    Column("interpretation", _("Interpretation"), ("同传", "同声传译", "翻译"), width=12),
    Column("seats", _("Seats that can be booked"), ("可预约座位", "座位数", "座位", "seats"), parse=cells.whole, empty=0, width=10, example="200"),
    Column("is_online", _("Online only"), ("仅线上", "线上", "online"), parse=cells.truth, empty=False, width=10),
    Column("live_url", _("Live stream"), ("直播地址", "直播链接", "直播", "live"), parse=cells.plain, is_field=False, empty="", width=24, example="https://example.com/live"),
    Column("replay_url", _("Replay"), ("回放地址", "回放链接", "回放", "replay"), parse=cells.plain, is_field=False, empty="", width=24),
    Column("summary_zh", _("Summary (Chinese)"), ("简介", "中文简介", "论坛简介", "内容简介"), parse=cells.prose, width=40),
    Column("summary_en", _("Summary (English)"), ("英文简介", "summary"), parse=cells.prose, width=40),
]  # fmt: skip

SPEAKER_COLUMNS = [
    CODE,
    Column("name_zh", pgettext_lazy("person", "Name (Chinese)"), ("姓名", "嘉宾姓名", "中文姓名", "嘉宾", "name", "guest", "speaker"), width=16, example="示例嘉宾"),
    Column("name_en", pgettext_lazy("person", "Name (English)"), ("英文姓名", "英文名", "English name"), width=20, example="Sample Guest"),
    Column("title_zh", _("Title (Chinese)"), ("职务", "职位", "头衔", "中文职务", "title", "position"), width=24, example="示例职务"),
    Column("title_en", _("Title (English)"), ("英文职务", "英文头衔", "English title"), width=24),
    Column("affiliation_zh", _("Affiliation (Chinese)"), ("单位", "机构", "所在单位", "工作单位", "公司", "affiliation", "organisation"), width=28,
           example="示例单位", help=_("People of one name are told apart by it.")),
    Column("affiliation_en", _("Affiliation (English)"), ("英文单位", "单位英文名", "English affiliation"), width=28),
    Column("honours", _("Honours"), ("荣誉", "奖项", "荣誉称号", "honors"), is_field=False, empty=(), width=24, example="图灵奖；中国科学院院士",
           help=_("Turing, Nobel, Fields, academician or fellow; separated by ; or a new line. They are added, never taken away.")),
    Column("country", _("Country or region"), ("国家", "国家或地区", "国籍", "国家/地区", "country"), parse=cells.country, width=14, example="中国"),
    Column("email", _("E-mail"), ("邮箱", "电子邮箱", "电子邮件", "email"), parse=cells.plain, width=24, example="guest@example.com"),
    Column("bio_zh", _("Biography (Chinese)"), ("简介", "嘉宾简介", "个人简介", "中文简介"), parse=cells.prose, width=40),
    Column("bio_en", _("Biography (English)"), ("英文简介", "bio", "biography"), parse=cells.prose, width=40),
    Column("is_person", _("A person"), ("是否个人", "是个人"), parse=cells.truth, empty=True, width=9,
           help=_("No, where a company stands on the list of guests.")),
    Column("forum", _("Forum"), ("论坛", "论坛名称", "所属论坛", "参加论坛", "forum_zh", "forum title"), is_field=False, empty=None, width=36,
           help=_("Title or code of a forum this guest takes part in. One row per forum; title and affiliation are kept as announced there.")),
    Column("role", _("Role"), ("角色", "身份", "role_zh"), is_field=False, empty=None, choices="role_names", width=14,
           help=_("The role in that forum.")),
]  # fmt: skip

SESSION_COLUMNS = [
    CODE,
    Column("forum", _("Forum"), ("论坛", "论坛名称", "所属论坛", "forum_zh", "forum title"), required=True, is_field=False, empty=None, width=36,
           help=_("Title or code of the forum this session belongs to.")),
    Column("title_zh", _("Title (Chinese)"), ("环节", "环节名称", "议程", "议题", "演讲题目", "题目", "标题", "中文标题", "title", "session", "agenda"),
           required=True, width=40, example="示例演讲"),
    Column("title_en", _("Title (English)"), ("英文标题", "英文题目", "English title"), width=40, example="Sample talk"),
    Column("kind", _("Kind"), ("类型", "环节类型", "形式", "type"), choices="kind_names", width=12),
    Column("date", _("Date"), ("日期",), is_field=False, empty=None, example="2024-07-04", width=12,
           help=_("Only for a forum of several days.")),
    Column("start", _("Start"), ("开始时间", "开始", "start time", "starts", "begin"), parse=cells.moment, is_field=False, empty=None,
           example="13:30", width=9, help=_("Shanghai time, like 13:30.")),
    Column("end", _("End"), ("结束时间", "结束", "end time", "ends"), parse=cells.moment, is_field=False, empty=None, example="14:00", width=9,
           help=_("Shanghai time, like 17:00.")),
    Column("time", _("Time span"), ("时间", "时段", "time"), parse=cells.span, is_field=False, empty=None, example="13:30-14:00", width=13,
           help=_("Instead of start and end.")),
    Column("room", _("Room"), ("会议室", "房间", "会场", "厅", "hall"), is_field=False, empty=None, choices="room_names", width=24,
           help=_("Only where it is another room than the forum's.")),
    Column("language", _("language"), ("语言", "语种"), width=10, example="zh"),
    Column("guests", _("Guests"), ("嘉宾", "演讲嘉宾", "演讲人", "讲者", "speakers", "speaker", "guest"), is_field=False, empty=(), width=40,
           example="示例嘉宾 | 示例职务 | 示例单位",
           help=_("One guest per line: name | title | affiliation. Guests are added and brought up to date, never taken away.")),
    Column("abstract_zh", _("Abstract (Chinese)"), ("摘要", "中文摘要", "内容"), parse=cells.prose, width=40),
    Column("abstract_en", _("Abstract (English)"), ("英文摘要", "abstract"), parse=cells.prose, width=40),
]  # fmt: skip
