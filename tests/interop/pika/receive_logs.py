"""Tutorial three: prints all new log lines."""

import os

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()


def receive(_channel, _method, _properties, body):
    print(f" [x] {body.decode()}")


channel.exchange_declare("logs", exchange_type="fanout")
queue = channel.queue_declare("", exclusive=True).method.queue
channel.queue_bind(queue, "logs")
channel.basic_consume(queue, receive, auto_ack=True)
print(" [*] Waiting for logs. To exit press CTRL+C")

try:
    channel.start_consuming()
except KeyboardInterrupt:
    print("Interrupted")
    connection.close()
