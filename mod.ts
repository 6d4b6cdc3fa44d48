/**
 * HareMQ, a message broker for RabbitMQ's users. Imported, it is a library that starts nothing; run as a program, it
 * serves AMQP 0-9-1.
 *
 * @module
 */
export { type AccessMeans, Broker, type BrokerOptions } from "./src/embedding/broker.ts";
export { EmbeddedVirtualHost, type QueueOptions } from "./src/embedding/virtual_host.ts";
export { EmbeddedExchange, type ExchangeMessage, type ExchangeOptions } from "./src/embedding/exchange.ts";
export { EmbeddedQueue } from "./src/embedding/queue.ts";
export type { ConsumeOptions, StreamOffset } from "./src/embedding/consume_options.ts";
export { Delivery } from "./src/embedding/delivery.ts";
export { DeliveryBatch } from "./src/embedding/delivery_batch.ts";
export { DeliveryIterator, DeliveryStream } from "./src/embedding/delivery_stream.ts";
export { CallbackConsumer, type OnDeliveries } from "./src/embedding/callback_consumer.ts";
export type { PublishedChunk, PublisherOptions } from "./src/embedding/publisher_stream.ts";
export { EmbeddedTransaction } from "./src/embedding/transaction.ts";
export type { AddressedMessage, OutgoingMessage } from "./src/broker/session/outgoing_message.ts";
export type { BatchOutcome, PublishOutcome, PublishReceipt } from "./src/broker/session/publish_receipt.ts";
export type {
  Access,
  Answer,
  Credentials,
  Decision,
  Denial,
  Operation,
  Peer,
  Refusal,
  RequestContext,
  Resource,
  Topic,
  User,
} from "./src/access/access.ts";
export type { ImportedDefinitions } from "./src/definitions/import.ts";
export { DefinitionsError } from "./src/definitions/problem.ts";
export { EmbeddedUsers, type NewUser, type Permissions } from "./src/embedding/users.ts";
export { AccessControl, type AccessControlOptions, type AuthBackend } from "./src/access/access_control.ts";
export {
  accessControlOf,
  type AuthBackendsMeans,
  type AuthBackendsOptions,
  type BackendName,
  backendName,
  type BackendNames,
} from "./src/access/auth_backends.ts";
export {
  type AuthMechanismsOptions,
  MECHANISM_NAMES,
  type MechanismName,
  mechanismsOf,
} from "./src/access/auth_mechanisms.ts";
export type { MemoryLimit } from "./src/embedding/broker.ts";
export type { Defaults } from "./src/embedding/defaults.ts";
export type { NodeLimits } from "./src/broker/session/admission.ts";
export type { Origin, OriginState, SessionOptions, Traffic } from "./src/broker/session/session.ts";
export type { BehaviourChoices } from "./src/broker/compat/behaviour.ts";
export type { InterceptorOption, InterceptorOptions } from "./src/broker/session/message_interceptors.ts";
export type { QueueTypeName } from "./src/broker/queue/queue_type.ts";
export type { ManagementOptions } from "./src/http/management_host.ts";
export type {
  RatesMode,
  RetentionPolicies,
  RetentionPolicy,
  StatisticsOptions,
} from "./src/http/statistics/retention.ts";
export type {
  OAuthClientOptions,
  OAuthLoginOptions,
  OAuthResourceServerOptions,
} from "./src/http/oauth/oauth_options.ts";
export type { MetricsOptions } from "./src/http/metrics/metrics.ts";
export type { ServerProcess } from "./src/http/server_process.ts";
export type { OtlpOptions } from "./src/otlp/otlp_exporter.ts";
export type { InternalUser, PermissionsOfUser, TopicPermissionsOfUser } from "./src/access/internal_backend.ts";
export type { RandomBytes } from "./src/access/password.ts";
export type { Bind } from "./src/access/ldap/ldap_backend.ts";
export type { LdapLogging } from "./src/access/ldap/ldap_log.ts";
export type { DirectoryEntry, DirectorySearch } from "./src/access/ldap/directory.ts";
export type { ResourceServersOptions } from "./src/access/oauth2/resource_servers.ts";
export type { OAuthProviderOptions } from "./src/access/oauth2/oauth2_backend.ts";
export type { ServerIdentity } from "./src/amqp091/server_properties.ts";
export type { ChunkHandler } from "./src/amqp091/chunk_reader.ts";
export type { FrameHandler } from "./src/amqp091/frame_reader.ts";
export type { LogCategory } from "./src/broker/events/logger.ts";
export { type MethodId, ProtocolError } from "./src/wire/error.ts";
export type { Decimal, PlainValue, TypeLetter, ValueTypes } from "./src/wire/field_table.ts";
export type { DeprecatedFeature, Version } from "./src/broker/compat/behaviour.ts";
export type { HeaderOptions } from "./src/http/header_options.ts";
export type { OpenFiles } from "./src/http/server_process.ts";
export type { ResourceAttributes } from "./src/otlp/otlp_json.ts";
export type { ResourceServerOptions } from "./src/access/oauth2/resource_servers.ts";
export type { DiscoveryOptions } from "./src/access/oauth2/discovery.ts";
export type { SigningKeyOptions } from "./src/access/oauth2/signing_keys.ts";
export type { ScopePatternSyntax } from "./src/access/oauth2/scopes.ts";
export type { ScopeOptions } from "./src/access/oauth2/claims.ts";
export { anonymous, type AnonymousOptions } from "./src/access/anonymous.ts";
export type { Backend, BackendUser } from "./src/access/backend.ts";
export type { Fetch } from "./src/access/bounded_fetch.ts";
export { CacheBackend, type CacheBackendOptions } from "./src/access/cache_backend.ts";
export type { AccessClock, AccessLog } from "./src/access/clock.ts";
export type { CredentialValidatorOptions, ValidationBackend } from "./src/access/credential_validator.ts";
export { external, type ExternalOptions } from "./src/access/external.ts";
export { HttpBackend, type HttpBackendOptions } from "./src/access/http_backend.ts";
export { InternalBackend, type InternalUsers } from "./src/access/internal_backend.ts";
export { LdapBackend, type LdapBackendOptions } from "./src/access/ldap/ldap_backend.ts";
export type { Directory, OpenDirectory } from "./src/access/ldap/directory.ts";
export { OAuth2Backend, type OAuth2BackendOptions } from "./src/access/oauth2/oauth2_backend.ts";
export { PasswordError, type PasswordOptions } from "./src/access/new_password.ts";
export type { HashingAlgorithm } from "./src/access/password.ts";
export { RABBIT_CR_DEMO } from "./src/access/rabbit_cr_demo.ts";
export { AMQPLAIN, type Authentication, type Mechanism, PLAIN, type SaslResult } from "./src/access/sasl.ts";
export { ChannelError, ConnectionError } from "./src/wire/error.ts";
export { type FieldTable, fieldTable, type FieldValue, type PlainTable, plainTable } from "./src/wire/field_table.ts";
export type { BasicProperties } from "./src/wire/properties.ts";
export type { Clock } from "./src/broker/turn/clock.ts";
export type { Connection } from "./src/amqp091/connection.ts";
export type { Logger, LogLevel } from "./src/amqp091/logger.ts";
export type { ConnectionOptions } from "./src/amqp091/options.ts";
export type {
  Address,
  AlternativeName,
  HostNames,
  PeerCertificate,
  TlsSession,
  Transport,
} from "./src/transport/transport.ts";
export { mayOpenWebSocket } from "./src/websocket/handshake.ts";
export { type WebSocketObject, webSocketTransport } from "./src/websocket/web_socket_object.ts";
export {
  type HandledWebSocket,
  type WebSocketHandlers,
  webSocketHandlers,
} from "./src/websocket/web_socket_handlers.ts";
export type { MessageTransportOptions } from "./src/websocket/message_transport.ts";
export type { Store } from "./src/store/store.ts";

if (import.meta.main) import("./src/cli/haremq.ts");
