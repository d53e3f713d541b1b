### Names of the engineer's screens

operations = 运行
inspector = 透视
atlas = 图谱
quality = 质量
models = 模型
