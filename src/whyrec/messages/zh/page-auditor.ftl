### Names of the auditor's screens

card = 系统说明
cardNav = 说明
decisions = 决策
decision = 决策记录
sentences = 句子
sentencesTitle = 句子是否属实？
faithful = 忠实性
faithfulTitle = 忠实性与公平性
privacy = 隐私
promises = 承诺
promisesTitle = 承诺是否成立？
