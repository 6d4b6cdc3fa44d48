"""Tutorial four: sends a log line with a severity: emit_log_direct.py [severity] [line]..."""

import os
import sys

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()

severity = sys.argv[1] if len(sys.argv) > 1 else "info"
line = " ".join(sys.argv[2:]) or "Hello World!"
channel.exchange_declare("direct_logs", exchange_type="direct")
channel.basic_publish(exchange="direct_logs", routing_key=severity, body=line)
print(f" [x] Sent {severity}:{line}")

connection.close()
