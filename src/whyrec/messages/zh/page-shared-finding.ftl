### Starting a measurement

measure = 开始测量
again = 重新测量
running = 正在测量，已完成 { $done }。用户的请求优先处理；结果就绪后会显示在此页。
waiting = 正在等待测量。
failed = 测量未能完成。
missing = 尚未测量。
took = 测量于 { $when }，用时 { $seconds } 秒。
nobody = 此密钥无权开始测量；管理员或审计员的密钥可以。
begun = 测量已开始。
