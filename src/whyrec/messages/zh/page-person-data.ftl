### Person: what is stored

lead = 存储了哪些关于您的内容。您可以带走一份、停止使用，或要求全部删除。
use = 您的记录如何使用
useText = 关闭后，您的列表显示大家最常选的内容，顺序对所有人相同。您的记录仍然保存，但只用于一件事：去掉您已选过的内容。它不用于训练模型，也不计入任何统计。您的列表立即改变；已训练好的模型在下次训练之前仍保留它学到的内容。
named = 向好友显示我的名字
namedText = 您选过的内容可能成为关注您的人的推荐理由，例如“您关注的2人选过它”。只有您和对方都同意时才会显示名字。关闭立即生效，开启则在模型下次训练后生效。
namedGo = 允许好友看到我的名字
namedOn = 同样允许显示名字的好友，在下次训练后可以看到您的名字。
namedOff = 推荐理由中不再显示您的名字。
stored = 存储的内容
storedTakeaway = 共 { $n } 条，导出为文件约 { $size }。
columns-what = 内容
columns-n = 条数
columns-why = 用途
rows-events = 记录：您选过、看到或拒绝的内容
rows-eventsFor = 用于计算您的推荐
rows-recommendations = 为您生成的列表
rows-recommendationsFor = 以便查找、解释和核查
rows-controls = 您的意愿：隐藏、撤回、排除
rows-controlsFor = 每份列表都会遵守
rows-fields = 关于您的其他信息
rows-fieldsFor = 为运营者保存；只有年龄会用于运营者的规则
rows-friends = 好友
rows-friendsFor = 仅保存，此模型不使用
rows-friendsCount = 他们选过的内容会影响您的列表
rows-keys = 您用来登录的密钥
rows-keysFor = 只保存其散列值
model = 模型学到了什么
modelText = 模型 { $name }（版本 { $version }）学习了截至{ $day }的记录。您撤回的内容立即不再影响您的列表；模型本身要到下次训练时才会忘记。
modelNoDay = 未知日期
privacy = 此模型没有差分隐私保证：没有经证明的上限约束它从一个人身上学到多少。
privateClose = 此模型具有差分隐私（ε = { $epsilon }）：即使数据中从未有过您，它看上去也几乎一样。有您的数据时，它的任何特征出现的可能性几乎都不超过没有时的 { $times } 倍。
privateBound = 此模型加入了噪声，因此很少透露任何一个人的信息（ε = { $epsilon }）：除极罕见的情形外，有您的数据时，它的任何特征出现的可能性都不超过没有时的 { $times } 倍。
privateWeak = 此模型加入了噪声，但对它会透露您多少信息只有宽松的限制（ε = { $epsilon }）：有您的数据时，它的某些特征出现的可能性最多可达没有时的 { $times } 倍。
export = 带走我的数据
exportText = 以上全部内容，导出为一个 JSON 文件。
exportGo = 下载我的数据
exportDone = 已下载您的数据。
erase = 全部删除
eraseText = 您的记录、列表、意愿和密钥将立即永久删除，并给您回执。
eraseGo = 全部删除……
eraseTitle = 要删除关于您的全部内容吗？
eraseConfirm = 我明白此操作无法撤销。
eraseYes = 立即全部删除
eraseNote = 您的密钥也会删除，因此之后会退出登录。如需保留，请先下载您的数据。
