### Auditor: faithfulness and fairness

lead = 理由是否重要？对谁效果较差？在本存储的用户上测量；以下为最近一次测量的结果。
what = 对最多 200 名至少有六次选择的人：按所提供的方式解释排在第一的项目，然后去掉最强的理由并全部重新打分。
by-reasons = 最强的理由
by-random = 随机记录
by-latest = 最近的记录
drop = 得分下降（标准差）
kept = 仍居第一位
measureBy = 指标
left = 去掉的记录数
title = 去掉理由与去掉其他记录的比较
say =
    { $clear ->
        [true] 去掉最强的 { $n } 个理由后，项目下降 { $top } 个标准差；去掉同样多的随机记录则下降 { $random }；两者的区间不重叠。
       *[false] 去掉最强的 { $n } 个理由后，项目下降 { $top } 个标准差；去掉同样多的随机记录则下降 { $random }；两者的区间重叠，未能证明理由比偶然更重要。
    }
sayKept =
    { $clear ->
        [true] 去掉最强的 { $n } 个理由后，{ $top } 的项目仍居第一；去掉同样多的随机记录则为 { $random }；两者的区间不重叠。
       *[false] 去掉最强的 { $n } 个理由后，{ $top } 的项目仍居第一；去掉同样多的随机记录则为 { $random }；两者的区间重叠，未能证明理由比偶然更重要。
    }
how = 每次都由模型本身重新打分，取每人最近 { $longest } 条记录；随机为五次抽取的平均。下降以该人自身得分的标准差计。
sums = 理由相加是否等于得分？
sumError = 基础 + 理由 + 其余的最大误差
removal = 理由与实测去除效果的最大差异
ofSums = 共 { $n } 个得分
relative = 相对于得分
noSums = 此模型不是总和；其理由通过去掉记录测得，不保证相加等于得分。
one = 去掉一条记录
oneSay = 去掉最强的理由后，{ $top } 的项目失去第一位；去掉一条随机记录则为 { $random }。
checks = 哪些解释方法通过了检验？
checksText = 共十一项检验：真实的解释能通过，虚假的不能。检验在内置数据上拟合的同类模型上进行，并非在本存储上。此处的列表由标为“正在使用”的方法解释。
method = 方法
serving = 正在使用
verdict = 检验
passed = 全部通过
unchecked = 此类模型未检验
fails = 未通过：{ $names }
check-completeness = 相加相符
check-axioms = 公理
check-planted = 找到植入的权重
check-model = 换模型则换理由
check-labels = 打乱数据则换理由
check-sign = 与去除效果同号
check-random = 优于随机顺序
check-one = 两次调用一致
check-executed = 实际去除
check-words = 句子可读回
check-seeds = 不同种子一致
fair = 公平性
fairText = 按人群和项目分组的准确度，以及谁获得列表中的位置。
fairWhat = 用相同设置在去掉每人最后两次选择的数据上拟合，并以最后一次选择评判；少于 20 人的分组从不显示。
groups = 分组
chosenBy = 去掉的依据
