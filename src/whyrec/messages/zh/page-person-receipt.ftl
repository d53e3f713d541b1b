### Person: the receipt after everything was erased

title = 关于您的全部内容已删除
text = 请保存此回执。凭回执和您的名称，运营者可以证明已经删除。
id = 回执编号
time = 时间
subject = 您（以带密钥的散列值表示）
rows = 已删除
counts-events = 条记录
counts-recommendations = 份列表
counts-friends = 条好友关系
counts-keys = 个密钥
counts-profile = 份画像
counts-jobs = 个批次
note = 学习过您记录的模型在重新训练之前仍受其影响；备份由运营者负责删除。
get = 下载回执

## What people do with the things, by the verb of the domain

done = 完成
