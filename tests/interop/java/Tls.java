import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.ListAddressResolver;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** AMQP over TLS with RabbitMQ's Java client; prints a line for each passed check. */
public class Tls extends Checks {
  private static final char[] PASSWORD = "unused".toCharArray();
  /** A name that leads to the broker, and is not in its certificate. */
  private static final String WRONG_NAME = "elsewhere.example";
  private static Path folder;

  public static void main(String[] arguments) throws Exception {
    folder = Path.of(arguments[0]);
    Path hosts = Files.createTempFile("hosts", null);
    Files.writeString(hosts, "127.0.0.1 localhost " + WRONG_NAME + "\n");
    System.setProperty("jdk.net.hosts.file", hosts.toString());
    for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
      publishAndConsume(connect(version, "authority", null, false));
      System.out.println("ok publishes and consumes over " + version);
      publishAndConsume(connect(version, "authority", "client", true));
      System.out.println("ok logs in by a certificate over " + version);
      isRefused(version, "authority", null);
      System.out.println("ok is not let in without the certificate over " + version);
      isRefused(version, "authority", "client_expired");
      System.out.println("ok is refused with an expired certificate over " + version);
      isRefused(version, "authority", "client_forged");
      System.out.println("ok is refused with a forged certificate over " + version);
      isRefused(version, "another_authority", "client");
      System.out.println("ok finds that it does not trust the authority over " + version);
      publishAndConsume(connectByName("localhost", version));
      System.out.println("ok finds the right name in the certificate over " + version);
      isNotItsName(WRONG_NAME, version);
      System.out.println("ok finds a wrong name in the certificate over " + version);
    }
  }

  private static void publishAndConsume(Connection connection) throws Exception {
    try (connection) {
      Channel channel = connection.createChannel();
      String queue = exclusiveQueue(channel);
      channel.confirmSelect();
      for (int number = 0; number < 500; number++) {
        channel.basicPublish("", queue, MessageProperties.TEXT_PLAIN, ("message " + number).getBytes());
      }
      channel.waitForConfirmsOrDie(30_000);
      var deliveries = consume(channel, queue, "", true, java.util.Map.of());
      for (int number = 0; number < 500; number++) {
        expect("message " + number, next(deliveries).body);
      }
    }
  }

  private static void isRefused(String version, String authority, String certificate) throws Exception {
    try (Connection connection = connect(version, authority, certificate, true)) {
      throw new AssertionError("was let in");
    } catch (IOException | TimeoutException expected) {
      // As it is to be.
    }
  }

  private static void isNotItsName(String name, String version) throws Exception {
    try (Connection connection = connectByName(name, version)) {
      throw new AssertionError("was let in");
    } catch (SSLHandshakeException expected) {
      if (!expected.getMessage().contains(name)) {
        throw expected;
      }
    }
  }

  /** Connects by a name, and verifies that the certificate has it. */
  private static Connection connectByName(String name, String version) throws Exception {
    ConnectionFactory factory = factory(version, "authority", null);
    // As enableHostnameVerification() of newer versions does.
    factory.setSocketConfigurator(socket -> {
      SSLParameters parameters = ((SSLSocket) socket).getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      ((SSLSocket) socket).setSSLParameters(parameters);
    });
    // The default resolver passes on an address without its name.
    return factory.newConnection(new ListAddressResolver(List.of(new Address(name, factory.getPort()))));
  }

  private static Connection connect(String version, String authority, String certificate, boolean isExternal)
      throws Exception {
    ConnectionFactory factory = factory(version, authority, certificate);
    if (isExternal) {
      factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    }
    return factory.newConnection();
  }

  private static ConnectionFactory factory(String version, String authority, String certificate) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(System.getenv("AMQP_URL"));
    factory.setAutomaticRecoveryEnabled(false);
    factory.useSslProtocol(context(version, authority, certificate));
    return factory;
  }

  private static SSLContext context(String version, String authority, String certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", read(authority));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (certificate != null) {
      own.setKeyEntry("key", readKey(certificate), PASSWORD, new Certificate[] {read(certificate)});
    }
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance(version);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate read(String name) throws Exception {
    try (InputStream stream = Files.newInputStream(folder.resolve(name + ".pem"))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(stream);
    }
  }

  private static PrivateKey readKey(String name) throws Exception {
    String base64 = Files.readString(folder.resolve(name + ".key")).replaceAll("-----.*-----|\\s", "");
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
