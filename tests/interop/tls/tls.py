"""AMQP over TLS with pika; prints a line for each passed check."""

import os
import ssl
import sys

import pika

CERTIFICATES = sys.argv[1]
URL = pika.URLParameters(os.environ["AMQP_URL"])


def context(certificate=None, authority="authority"):
    made = ssl.create_default_context(cafile=f"{CERTIFICATES}/{authority}.pem")
    if certificate is not None:
        made.load_cert_chain(f"{CERTIFICATES}/{certificate}.pem", f"{CERTIFICATES}/{certificate}.key")
    return made


def connect(tls, name="localhost", **options):
    parameters = pika.ConnectionParameters(
        URL.host, URL.port, ssl_options=pika.SSLOptions(tls, name), connection_attempts=1, **options
    )
    return pika.BlockingConnection(parameters)


def publishes_and_consumes(connection):
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.confirm_delivery()
    bodies = [bytes([number]) * number * 1000 for number in range(1, 200)]
    for body in bodies:
        channel.basic_publish("", queue, body)
    for expected, (_, _, body) in zip(bodies, channel.consume(queue, auto_ack=True, inactivity_timeout=10)):
        assert body == expected
    connection.close()


def is_refused(tls, **options):
    try:
        connect(tls, **options).channel()
    except (pika.exceptions.AMQPError, ssl.SSLError, OSError):
        return
    raise AssertionError("was let in")


def at_most(version):
    made = context()
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version = ssl.TLSVersion.TLSv1
    made.maximum_version = version
    return made


def with_cipher(cipher):
    made = context()
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(cipher)
    return made


external = {"credentials": pika.credentials.ExternalCredentials()}

publishes_and_consumes(connect(context()))
print("ok publishes and consumes over TLS 1.3")
publishes_and_consumes(connect(at_most(ssl.TLSVersion.TLSv1_2)))
print("ok publishes and consumes over TLS 1.2")
publishes_and_consumes(connect(context("client"), **external))
print("ok logs in by a certificate")
is_refused(context(), **external)
print("ok is not let in without the certificate")
is_refused(context(authority="another_authority"))
print("ok finds that it does not trust the authority")
is_refused(context(), name="elsewhere.example")
print("ok finds that the certificate has another name")
for certificate in ("client_expired", "client_forged", "client_unknown", "client_for_servers"):
    is_refused(context(certificate), **external)
    print(f"ok is refused with {certificate}")
is_refused(at_most(ssl.TLSVersion.TLSv1_1))
print("ok is refused with TLS 1.1")
is_refused(with_cipher("CAMELLIA128-SHA"))
print("ok is refused without a shared cipher")
