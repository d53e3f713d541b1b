## What went wrong, by the status of HTTP

title-400 = 无法读取请求
title-401 = 需要 API 密钥
title-403 = 此密钥无权执行该操作
title-404 = 没有找到
title-405 = 此处不允许该操作
title-409 = 与现有状态冲突
title-413 = 请求内容过大
title-415 = 请求内容必须是 JSON
title-422 = 请求不符合规定
title-429 = 请求过于频繁
title-500 = 服务出错
title-503 = 存储暂时无法工作
title-507 = 存储所在的磁盘已满
title-other = 出错

## What went wrong, as code writes it

detail-every-event-is-rejected-the-first = 每一行（{ $thing }）都被拒绝；第一行是因为 { $first }
detail-this-key-is-for-one-person = 此密钥只属于一个人
detail-this-key-is-for-one-person-and-not-for-this-one = 此密钥只属于一个人，而不是这个人
detail-a-person-s-own-key-does = 个人密钥不能修改 { $name }
detail-a-person-s-own-key-states = 个人密钥不能声明年龄
detail-the-path-takes-got = 此路径只接受参数 { $known }；收到的是 { $given }
detail-a-key-of-the-role-has = 角色为 { $role } 的密钥没有 { $scope } 权限
detail-this-key-asks-too-often = 此密钥的请求过于频繁
detail-an-api-key-is-required = 需要 API 密钥，但没有给出已知的密钥
detail-the-demo-answers-under-a-name = 演示只在本机的地址上应答
detail-the-role-person-has-a-user = 只有角色 person 的密钥对应一个人
detail-the-body-must-be-sent = 请求内容必须按原样发送，不能压缩
detail-a-body-has-at-most-bytes = 请求内容最多 { $size } 字节
detail-the-body-must-be-json = 请求内容必须是 JSON
detail-the-arms-of-an-experiment-need = 实验的各组名称不能相同
detail-an-idempotency-key-belongs-to-one = 一个 Idempotency-Key 只属于一个请求（方法、路径和内容）；此键已用于另一个请求
detail-an-idempotency-key-has-characters = Idempotency-Key 须有 1 到 { $most } 个字符
detail-the-same-request-has-made = 同一请求已经生成过密钥，其内容只显示一次
detail-a-key-cannot-take-itself-away = 密钥不能删除自己
detail-the-service-failed = 服务出错（{ $kind }）
detail-not-found = 没有这个路径
detail-method-not-allowed = 此路径不支持这种方法
detail-the-store-has-no-model = 存储中没有正在服务的模型
detail-nothing-of-this-request-was-kept = { $detail }；此请求的任何内容都没有保存
detail-the-disk-of-the-store = 存储所在的磁盘已满
detail-the-store-cannot-be-written = 存储无法写入
detail-another-program-holds-the-store-locked = 另一个程序锁住了存储
detail-the-store-s-file-cannot = 存储文件无法打开
detail-the-disk-of-the-store-fails = 存储所在的磁盘出现故障
detail-the-store-s-file-is-damaged = 存储文件已损坏
detail-the-store-s-file = 存储文件不是 SQLite 数据库
detail-the-disk-of-postgresql-is-full = PostgreSQL 的磁盘已满
detail-postgresql-has-no-connection-left = PostgreSQL 没有可用的连接
detail-postgresql-is-read-only = PostgreSQL 处于只读状态
detail-two-writers-blocked-each-other = 两次写入互相阻塞
detail-the-store-does-not-answer = 存储没有应答
detail-the-service-is-stopping = 服务正在停止
detail-paths-can-be-cut = 只有图模型的路径可以切断；当前模型是 { $given }。
detail-only-a-link-can-be-cut = 只能切断链接；收到的是 { $given }。
detail-a-map-of-people-needs-three = 人群图至少需要三个人，并且模型认识他们选过的项目；现在有 { $given } 人。
detail-only-one-experiment-can-be-active = 同时只能进行一个实验；正在进行的是 { $given }。
detail-people-must-have-choices-or-more = 至少需要 { $people } 人，每人至少选过 { $choices } 个模型认识的项目；现在有 { $given }。
detail-times-are-measured-on-people = 耗时要用存储中的人来测量；现在存储是空的。
detail-the-store-must-have-a-model = 存储中必须有正在服务的模型；现在没有。
detail-a-key-of-the-role-person = 只有角色 person 的密钥对应一个人；收到的是 { $given }。

## What to do, as code writes it

fix-change-the-named-fields-and-send = 请修改指出的字段后重新发送；docs/guide/service.md 列出了字段和种类
fix-use-a-key-of-the-role = 请使用角色为 service 的密钥
fix-the-operator-stores-it = 由运营方保存
fix-leave-it-out-openapi-json-describes = 请去掉该参数；/openapi.json 中有此路径的说明
fix-use-a-key-of-another-role = 请使用其他角色的密钥
fix-use-that-person-s-key = 请使用那个人的密钥
fix-wait-seconds = 请等待 { $seconds } 秒
fix-send-the-header-authorization-bearer-key = 请发送请求头 `Authorization: Bearer KEY`；用 `whyrec key new` 可生成密钥
fix-open-it-as-http-127-0 = 请用 http://127.0.0.1:PORT/ 打开
fix-name-a-user-or-none = 请指定一个人，或不指定
fix-leave-content-encoding-out = 请去掉 Content-Encoding
fix-send-it-in-several-requests = 请分成几次请求发送
fix-leave-age-out-the-operator-stores = 请去掉 age；年龄由运营方保存
fix-check-the-body-s-quotes-commas = 请检查引号、逗号和括号
fix-change-the-named-fields-openapi-json = 请修改所列的字段；/openapi.json 中有说明
fix-see-the-detail = 请看上面的说明
fix-rename-one-of-them = 请为其中一个改名
fix-send-a-new-key-with-each = 每个新请求请用新的 Idempotency-Key
fix-send-a-random-identifier = 请发送随机标识，例如 UUID
fix-remove-that-key = 请删除那个密钥，并换用新的 Idempotency-Key
fix-use-another-admin-s-key = 请使用另一个管理员的密钥
fix-see-openapi-json-for-the-paths = 可用的路径见 /openapi.json
fix-see-openapi-json-for-the-methods = 可用的方法见 /openapi.json
fix-report-it-with-the-time = 请连同出错的时间一起报告
fix-check-the-name = 请检查名称
fix-free-space-on-the-disk = 请腾出磁盘空间；无需重启
fix-make-the-disk-and-the-file = 请让磁盘和文件可以写入；无需重启
fix-wait-or-end-that-program = 请等待，或结束那个程序
fix-check-the-path = 请检查路径和读取权限
fix-check-the-disk = 请检查磁盘
fix-bring-back-a-copy = 请恢复一份备份
fix-check-the-path-2 = 请检查路径
fix-free-space-there-no-restart = 请在那里腾出空间；无需重启
fix-raise-max-connections-or-start-fewer = 请调大 max_connections，或减少进程数
fix-connect-to-the-primary-server = 请连接主服务器
fix-send-it-again = 请重新发送
fix-start-the-database-no-restart = 请启动数据库；本服务无需重启
fix-send-it-to-the-service = 请发送给接替它的服务
fix-remove-events-or-fit-the-model = 请改为删除记录，或训练 graph 模型
fix-name-the-event-it-starts = 请在 remove_events 中写出它的起点记录
fix-end-that-one-first = 请先结束那个实验
fix-promote-the-version-that-should-serve = 请启用应当服务的版本

## What there are names of

thing-item = 项目
thing-user = 用户
thing-path = 路径
thing-recommendation-id = 推荐编号
thing-batch = 批量任务
thing-report = 报告
thing-experiment = 实验
thing-key = 密钥
thing-role = 角色
thing-model-version = 模型版本
thing-item-of-the-model = 模型中的项目
thing-item-of-the-map = 图中的项目

## What a field of a request must be, by the errors of pydantic, which writes the English itself

field-missing = 缺少此字段
field-extra-forbidden = 不认识此字段
# may leave out $error
field-json-invalid = 不是有效的 JSON
field-string-type = 须是文本
field-string-too-short = 至少 { $min_length } 个字符
field-string-too-long = 至多 { $max_length } 个字符
# may leave out $pattern
field-string-pattern-mismatch = 含有不允许的字符
field-int-type = 须是整数
field-int-parsing = 须是整数
field-int-from-float = 须是整数
field-float-type = 须是数字
field-float-parsing = 须是数字
field-finite-number = 须是有限的数字
field-bool-type = 须是 true 或 false
field-bool-parsing = 须是 true 或 false
field-list-type = 须是列表
field-dict-type = 须是对象
# may leave out $class_name
field-model-type = 须是对象
field-model-attributes-type = 须是对象
field-too-short = 至少 { $min_length } 项
field-too-long = 至多 { $max_length } 项
field-greater-than-equal = 须不小于 { $ge }
field-less-than-equal = 须不大于 { $le }
field-greater-than = 须大于 { $gt }
field-less-than = 须小于 { $lt }
field-literal-error = 须是 { $expected } 之一
field-value-error = 取值不符合要求

## Names that do not exist, and errors of other parts

# what: one of the messages thing-...; english: the text of the error
# may leave out $english, $given, $what
unknown = 没有这个{ $what }：{ $given }
unknown-known = 已有的是：{ $known }
# detail: an English text
refused = 请求与现有的数据或设置不符（原文：{ $detail }）
# fix: an English text
refused-fix = 请按原文处理：{ $fix }
refused-no-fix = 请核对所填的名称和取值
join = ；
named = { $field }：{ $required }
