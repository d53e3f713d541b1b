"""The errors of the service in Chinese: what went wrong and what to do, by the English texts they are raised with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whyrec.core.phrasebook import Phrasebook

__all__ = ["TEXTS", "TITLES", "field_text", "refused", "unknown"]

TITLES = {
    400: "无法读取请求",
    401: "需要 API 密钥",
    403: "此密钥无权执行该操作",
    404: "没有找到",
    405: "此处不允许该操作",
    409: "与现有状态冲突",
    413: "请求内容过大",
    415: "请求内容必须是 JSON",
    422: "请求不符合规定",
    429: "请求过于频繁",
    500: "服务出错",
    503: "存储暂时无法工作",
    507: "存储所在的磁盘已满",
}

_DETAILS = {
    "every event is rejected; the first because of {first}": "所有事件都被拒绝；第一个是因为 {first}",
    "this key is for one person": "此密钥只属于一个人",
    "this key is for one person, and not for this one": "此密钥只属于一个人，而不是这个人",
    "a person's own key does not change {name}": "个人密钥不能修改 {name}",
    "a person's own key states no age": "个人密钥不能声明年龄",
    "the path takes {known}; got {given}": "此路径只接受参数 {known}；收到的是 {given}",
    "a key of the role {role} has no right to {scope}": "角色为 {role} 的密钥没有 {scope} 权限",
    "this key asks too often": "此密钥的请求过于频繁",
    "an API key is required, and none that is known was given": "需要 API 密钥，但没有给出已知的密钥",
    "the demo answers under a name of this machine only": "演示只在本机的地址上应答",
    "the role person has a user, and no other has one": "只有角色 person 的密钥对应一个人",
    "the body must be sent as it is, not compressed": "请求内容必须按原样发送，不能压缩",
    "a body has at most {size} bytes": "请求内容最多 {size} 字节",
    "the body must be JSON": "请求内容必须是 JSON",
    "the arms of an experiment need names of their own": "实验的各组名称不能相同",
    "a key cannot take itself away": "密钥不能删除自己",
    "the service failed ({kind})": "服务出错（{kind}）",
    "Not Found": "没有这个路径",
    "Method Not Allowed": "此路径不支持这种方法",
    "the store has no model that serves": "存储中没有正在服务的模型",
    # The store.
    "{detail}; nothing of this request was kept": "{detail}；此请求的任何内容都没有保存",
    "the disk of the store is full": "存储所在的磁盘已满",
    "the store cannot be written": "存储无法写入",
    "another program holds the store locked": "另一个程序锁住了存储",
    "the store's file cannot be opened": "存储文件无法打开",
    "the disk of the store fails": "存储所在的磁盘出现故障",
    "the store's file is damaged": "存储文件已损坏",
    "the store's file is no SQLite database": "存储文件不是 SQLite 数据库",
    "the disk of PostgreSQL is full": "PostgreSQL 的磁盘已满",
    "PostgreSQL has no connection left": "PostgreSQL 没有可用的连接",
    "PostgreSQL is read-only": "PostgreSQL 处于只读状态",
    "two writers blocked each other": "两次写入互相阻塞",
    "the store does not answer": "存储没有应答",
    "the service is stopping": "服务正在停止",
    # Rules of the parts (refused).
    "paths can be cut of a graph model; got {given}.": "只有图模型的路径可以切断；当前模型是 {given}。",
    "only a link can be cut; got {given}.": "只能切断链接；收到的是 {given}。",
    "a map of people needs three of them with choices that the model knows; got {given}.": "人群图至少需要三个人，并且模型认识他们选过的项目；现在有 {given} 人。",
    "only one experiment can be active; got {given}.": "同时只能进行一个实验；正在进行的是 {given}。",
    "{people} people must have {choices} choices or more that the model knows; got {given}.": "至少需要 {people} 人，每人至少选过 {choices} 个模型认识的项目；现在有 {given}。",
    "times are measured on people of the store; got an empty store.": "耗时要用存储中的人来测量；现在存储是空的。",
    "the store must have a model that serves; got none.": "存储中必须有正在服务的模型；现在没有。",
    "a key of the role person has a user, and no other key has one; got {given}.": "只有角色 person 的密钥对应一个人；收到的是 {given}。",
}

_FIXES = {
    "change the named fields and send them again; docs/guide/service.md lists fields and kinds": "请修改指出的字段后重新发送；docs/guide/service.md 列出了字段和种类",
    "use a key of the role service": "请使用角色为 service 的密钥",
    "the operator stores it": "由运营方保存",
    "leave it out; /openapi.json describes the path": "请去掉该参数；/openapi.json 中有此路径的说明",
    "use a key of another role": "请使用其他角色的密钥",
    "use that person's key": "请使用那个人的密钥",
    "wait {seconds} seconds": "请等待 {seconds} 秒",
    "send the header `Authorization: Bearer KEY`; `whyrec key new` makes one": "请发送请求头 `Authorization: Bearer KEY`；用 `whyrec key new` 可生成密钥",
    "open it as http://127.0.0.1:PORT/": "请用 http://127.0.0.1:PORT/ 打开",
    "name a user, or none": "请指定一个人，或不指定",
    "leave Content-Encoding out": "请去掉 Content-Encoding",
    "send it in several requests": "请分成几次请求发送",
    "leave age out; the operator stores it": "请去掉 age；年龄由运营方保存",
    "check the body's quotes, commas and brackets": "请检查引号、逗号和括号",
    "change the named fields; /openapi.json describes them": "请修改所列的字段；/openapi.json 中有说明",
    "see the detail": "请看上面的说明",
    "rename one of them": "请为其中一个改名",
    "use another admin's key": "请使用另一个管理员的密钥",
    "see /openapi.json for the paths": "可用的路径见 /openapi.json",
    "see /openapi.json for the methods": "可用的方法见 /openapi.json",
    "report it with the time of this answer": "请连同出错的时间一起报告",
    "check the name": "请检查名称",
    "free space on the disk; no restart is needed": "请腾出磁盘空间；无需重启",
    "make the disk and the file writable; no restart is needed": "请让磁盘和文件可以写入；无需重启",
    "wait, or end that program": "请等待，或结束那个程序",
    "check the path and who may read it": "请检查路径和读取权限",
    "check the disk": "请检查磁盘",
    "bring back a copy": "请恢复一份备份",
    "check the path": "请检查路径",
    "free space there; no restart is needed": "请在那里腾出空间；无需重启",
    "raise max_connections or start fewer processes": "请调大 max_connections，或减少进程数",
    "connect to the primary server": "请连接主服务器",
    "send it again": "请重新发送",
    "start the database; no restart is needed here": "请启动数据库；本服务无需重启",
    "send it to the service that follows": "请发送给接替它的服务",
    "remove events, or fit the model graph": "请改为删除记录，或训练 graph 模型",
    "name the event it starts from in remove_events": "请在 remove_events 中写出它的起点记录",
    "end that one first": "请先结束那个实验",
    "promote the version that should serve": "请启用应当服务的版本",
}

TEXTS = Phrasebook(_DETAILS | _FIXES)

_THINGS = {
    "item": "项目",
    "user": "用户",
    "path": "路径",
    "recommendation_id": "推荐编号",
    "batch": "批量任务",
    "report": "报告",
    "experiment": "实验",
    "key": "密钥",
    "role": "角色",
    "model version": "模型版本",
    "item of the model": "模型中的项目",
    "item of the map": "图中的项目",
}

_FIELDS = {  # by the type of error that pydantic names
    "missing": "缺少此字段",
    "extra_forbidden": "不认识此字段",
    "json_invalid": "不是有效的 JSON",
    "string_type": "须是文本",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "含有不允许的字符",
    "int_type": "须是整数",
    "int_parsing": "须是整数",
    "int_from_float": "须是整数",
    "float_type": "须是数字",
    "float_parsing": "须是数字",
    "finite_number": "须是有限的数字",
    "bool_type": "须是 true 或 false",
    "bool_parsing": "须是 true 或 false",
    "list_type": "须是列表",
    "dict_type": "须是对象",
    "model_type": "须是对象",
    "model_attributes_type": "须是对象",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "greater_than_equal": "须不小于 {ge}",
    "less_than_equal": "须不大于 {le}",
    "greater_than": "须大于 {gt}",
    "less_than": "须小于 {lt}",
    "literal_error": "须是 {expected} 之一",
    "value_error": "取值不符合要求",
}


def field_text(error: Mapping[str, Any]) -> str:
    """What a field of a request must be, from an error of pydantic.

    >>> field_text({"type": "too_long", "ctx": {"max_length": 3}}), field_text({"type": "odd"})
    ('至多 3 项', '取值不符合要求')
    """
    return _FIELDS.get(error["type"], _FIELDS["value_error"]).format_map(error.get("ctx") or {})


def unknown(what: str, given: str, known: str) -> tuple[str, str]:
    """What is said of a name that does not exist, and what to do; known: names that exist, "" where none is told."""
    return (
        f"没有这个{_THINGS.get(what, what)}：{given}",
        f"已有的是：{known}" if known else "请检查名称",
    )


def refused(detail: str, fix: str) -> tuple[str, str]:
    """An error of another part in Chinese; one that has no translation is shown behind a general one."""
    return TEXTS(detail) or f"请求与现有的数据或设置不符（原文：{detail}）", TEXTS(fix) or (
        f"请按原文处理：{fix}" if fix else "请核对所填的名称和取值"
    )
