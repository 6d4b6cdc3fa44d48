/** Prefixes of keys with the reason why they have no effect; a longer prefix comes before a shorter one. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^ssl_allow_poodle_attack/, "HareMQ never speaks SSL 3.0"],
  [/^trust_store\./, "HareMQ has no trust store"],
  [/^(auth|log)_?.*\.(https|ssl_options)\.(fail_if_no_peer_cert|dh|dhfile|honor_)/, "it is an option of servers"],
  [/^(auth|log)_?.*\.ssl_options\.(cert|key\.)/, "certfile and keyfile name the certificate and its key"],
  [/^(auth|log)_?.*\.ssl_options\.psk_identity/, "HareMQ has no pre-shared keys"],
  [/^(auth|log)_?.*\.ssl_options\.(log_alert|reuse_|secure_|client_)/, "the runtime decides about it"],
  [/^auth_.*\.ssl_options$/, "the keys below it are options, and it is none"],
  [/^management\.delegate_count/, "one process answers all requests"],
  [/^management\.listener\.ssl_opts\.(cert|key\.)/, "certfile and keyfile name the certificate and its key"],
  [/^management\.listener\.ssl_opts\.(dh|dhfile)$/, "the runtimes' key exchange has no parameters"],
  [
    /^management\.listener\.ssl_opts\.crl_check/,
    "only clients with the TLS of ssl_options are looked up in revocation lists",
  ],
  [/^management\.listener\.ssl_opts\.psk_identity/, "HareMQ has no pre-shared keys"],
  [/^management\.listener\.ssl_opts\.log_alert/, "the runtime decides about it"],
  [/^management\.credential_encryption_secret/, "HareMQ's management API keeps no credentials in cookies or tokens"],
  [/^(management|http_dispatch)/, "HareMQ's management API has nothing that it sets"],
  [
    /^prometheus\.filter_aggregated/,
    "RabbitMQ keeps it for old files only: management_agent.filter_aggregated_queue_metrics_pattern has an effect",
  ],
  [/^(mqtt|web_mqtt)\./, "HareMQ does not speak MQTT"],
  [/^(stomp|web_stomp)\./, "HareMQ does not speak STOMP"],
  [/^stream\./, "HareMQ does not speak the stream protocol"],
  [/^(amqp1?0?_client|session_max|link_max)/, "HareMQ does not speak AMQP 1.0"],
  [/^(cluster_|distribution\.|net_ticktime|aws\.|mirroring_|consumer_disconnected_timeout)/, "HareMQ has no clusters"],
  [/^(shovel|federation|exchange_federation|queue_federation)/, "HareMQ has neither federation nor shovels"],
  [
    /^(quorum_queue|raft|metadata_store|classic_queue|queue_|mnesia_|message_store)/,
    "HareMQ stores things differently",
  ],
  [
    /^(erlang\.|hipe_|sysmon_|vm_memory_calc|vm_memory_high_watermark_paging|background_gc|socket_writer|delegate|log\.summarize_process_state|log\.error_logger_format_depth)/,
    "it is about Erlang",
  ],
  [
    /^tcp_listen_options\.(sndbuf|recbuf|buffer|tos|priority|dontroute|linger\.)/,
    "no runtime lets a program set this option of a socket, so the system's value counts",
  ],
  [/^tcp_listen_options\.(port|fd)/, "listeners.tcp says where to listen"],
  [/^tcp_listen_options\.(delay_send|.*watermark)/, "it is about the queues of Erlang's ports"],
  [/^tcp_listen_options$/, "the keys below it are options, and it is none"],
  [/^(num_acceptors|ranch_connection_max|default_worker_pool_size)/, "one process accepts and serves all connections"],
  [/^default_policies\..*(ha_|queue_version|max_in_memory)/, "HareMQ has no such policy"],
  [/^log\.user\./, "logins, and changes of users and permissions, are of category audit: log.audit has an effect"],
  [/^log\.(mirroring|federation|upgrade|ra)\./, "HareMQ logs nothing of this category"],
  [/^auth_cache\.cache_module/, "HareMQ has one cache"],
  [
    /^auth_oauth2\..*(token|authorization)_endpoint$/,
    "only its issuer's metadata tell of it, as HareMQ requests no tokens",
  ],
  [/^collect_statistics$/, "management.rates_mode decides about it, as in RabbitMQ with the management plugin"],
  [/^vhost_restart_strategy/, "HareMQ has no processes of virtual hosts that could fail alone"],
  [/^memory_monitor_interval/, "memory is counted as messages come and go, not measured at intervals"],
  [/^trace_|^tracing\./, "HareMQ has no tracing plugin"],
  [/^log\.syslog\.ssl_options\.crl_check/, "HareMQ does not look servers up in revocation lists"],
];

/** Returns the reason why a key of RabbitMQ has no effect here. */
export const whyNoEffect = (name: string): string =>
  REASONS.find(([pattern]) => pattern.test(name))?.[1] ?? "HareMQ has nothing that it sets";
