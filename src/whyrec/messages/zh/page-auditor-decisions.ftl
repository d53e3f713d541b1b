### Auditor: list of decisions

lead = 每次回答都连同其全部依据一起记录。可按编号打开，或打开最近的一次。
id = 回答编号
hint = recommendation_id，由服务或用户提供。
open = 打开
latest = 最近的回答
caption = 不显示对象是谁
time = 时间
variant = 实验
none = 尚未记录任何回答
noneText = 以用户身份请求列表，或调用 POST /v1/recommendations；之后会显示在此。
