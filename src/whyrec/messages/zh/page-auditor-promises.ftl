### Auditor: promises

lead = 文档承诺了什么，由哪些测试证明，以及这些测试是否在此处运行的代码上通过。
holding = { $all } 项承诺中有 { $n } 项在此成立。
same = 测试于 { $date } 运行（提交 { $commit }），所测的正是此处运行的代码。
other = 测试于 { $date } 运行（提交 { $commit }），所测的并非此处运行的代码，因此对本安装尚未证明。
never = 测试尚未运行。
promise = 承诺
state = 状态
pages = 出处
tests = 证明它的测试
states-holds = 成立
states-changed = 在其他代码上通过
states-broken = 不成立
states-unrun = 未测试
states-absent = 与本安装无关
needs-additive = 只涉及得分为总和的模型。
needs-rest = 只涉及带有其余部分的模型，例如 fused。
needs-private = 只涉及差分隐私模型。
needs-policy = 只涉及设有运营规则的服务。
needs-explore = 只涉及会做探索的服务。
needs-index = 只涉及使用索引检索的服务。
needs-postgresql = 只涉及 PostgreSQL 存储。
