"""Tutorial five: sends a log line under a topic: emit_log_topic.py [facility.severity] [line]..."""

import os
import sys

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()

topic = sys.argv[1] if len(sys.argv) > 1 else "anonymous.info"
line = " ".join(sys.argv[2:]) or "Hello World!"
channel.exchange_declare("topic_logs", exchange_type="topic")
channel.basic_publish(exchange="topic_logs", routing_key=topic, body=line)
print(f" [x] Sent {topic}:{line}")

connection.close()
