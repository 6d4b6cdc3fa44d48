"""Tutorial three: sends a log line to all receivers."""

import os
import sys

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()

line = " ".join(sys.argv[1:]) or "info: Hello World!"
channel.exchange_declare("logs", exchange_type="fanout")
channel.basic_publish(exchange="logs", routing_key="", body=line)
print(f" [x] Sent {line}")

connection.close()
