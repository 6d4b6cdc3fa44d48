// AMQP over TLS with amqp091-go; prints a line for each passed check.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	amqp "github.com/rabbitmq/amqp091-go"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("Error: %v", err))
	}
	return value
}

func config(authority, certificate string) *tls.Config {
	folder := os.Args[1]
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(must(os.ReadFile(folder + "/" + authority + ".pem")))
	made := &tls.Config{RootCAs: pool, ServerName: "localhost"}
	if certificate != "" {
		pair := must(tls.LoadX509KeyPair(folder+"/"+certificate+".pem", folder+"/"+certificate+".key"))
		made.Certificates = []tls.Certificate{pair}
	}
	return made
}

func publishAndConsume(connection *amqp.Connection) {
	defer connection.Close()
	channel := must(connection.Channel())
	queue := must(channel.QueueDeclare("", false, true, true, false, nil))
	deliveries := must(channel.Consume(queue.Name, "", true, false, false, false, nil))
	for number := 0; number < 1000; number++ {
		body := []byte(fmt.Sprintf("message %d", number))
		if err := channel.Publish("", queue.Name, false, false, amqp.Publishing{Body: body}); err != nil {
			panic(fmt.Sprintf("Error: %v", err))
		}
	}
	for number := 0; number < 1000; number++ {
		if delivery := <-deliveries; string(delivery.Body) != fmt.Sprintf("message %d", number) {
			panic("Error: received " + string(delivery.Body))
		}
	}
}

func isRefused(url string, config *tls.Config) {
	if connection, err := amqp.DialTLS_ExternalAuth(url, config); err == nil {
		connection.Close()
		panic("Error: was let in")
	}
}

func main() {
	url := os.Getenv("AMQP_URL")
	publishAndConsume(must(amqp.DialTLS(url, config("authority", ""))))
	fmt.Println("ok publishes and consumes over TLS")
	publishAndConsume(must(amqp.DialTLS_ExternalAuth(url, config("authority", "client"))))
	fmt.Println("ok logs in by a certificate")
	isRefused(url, config("authority", ""))
	fmt.Println("ok is not let in without the certificate")
	isRefused(url, config("authority", "client_forged"))
	fmt.Println("ok is refused with a forged certificate")
	isRefused(url, config("another_authority", "client"))
	fmt.Println("ok finds that it does not trust the authority")
	elsewhere := config("authority", "client")
	elsewhere.ServerName = "elsewhere.example"
	isRefused(url, elsewhere)
	fmt.Println("ok finds that the certificate has another name")
}
