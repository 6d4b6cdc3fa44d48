"""Tutorial four: prints the lines of the given severities: receive_logs_direct.py [info] [warning] [error]"""

import os
import sys

import pika

severities = sys.argv[1:]
if not severities:
    sys.exit(f"Usage: {sys.argv[0]} [info] [warning] [error]")

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()


def receive(_channel, method, _properties, body):
    print(f" [x] {method.routing_key}:{body.decode()}")


channel.exchange_declare("direct_logs", exchange_type="direct")
queue = channel.queue_declare("", exclusive=True).method.queue
for key in severities:
    channel.queue_bind(queue, "direct_logs", key)
channel.basic_consume(queue, receive, auto_ack=True)
print(" [*] Waiting for logs. To exit press CTRL+C")

try:
    channel.start_consuming()
except KeyboardInterrupt:
    print("Interrupted")
    connection.close()
