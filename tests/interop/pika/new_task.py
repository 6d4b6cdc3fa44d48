"""Tutorial two: sends a task, which takes a second for each dot in it."""

import os
import sys

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()

task = " ".join(sys.argv[1:]) or "Hello World!"
channel.queue_declare("task_queue", durable=True, arguments={"x-queue-type": "quorum"})
channel.basic_publish(
    exchange="",
    routing_key="task_queue",
    body=task,
    properties=pika.BasicProperties(delivery_mode=pika.spec.PERSISTENT_DELIVERY_MODE),
)
print(f" [x] Sent {task}")

connection.close()
