"""Tutorial five: prints the lines whose topic matches one of the given patterns: receive_logs_topic.py [pattern]..."""

import os
import sys

import pika

patterns = sys.argv[1:]
if not patterns:
    sys.exit(f"Usage: {sys.argv[0]} [pattern]...")

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()


def receive(_channel, method, _properties, body):
    print(f" [x] {method.routing_key}:{body.decode()}")


channel.exchange_declare("topic_logs", exchange_type="topic")
queue = channel.queue_declare("", exclusive=True).method.queue
for key in patterns:
    channel.queue_bind(queue, "topic_logs", key)
channel.basic_consume(queue, receive, auto_ack=True)
print(" [*] Waiting for logs. To exit press CTRL+C")

try:
    channel.start_consuming()
except KeyboardInterrupt:
    print("Interrupted")
    connection.close()
