/* What libcurl.a of Debian 12 can use and the Lambda never does: RTMP, LDAP and Kerberos, which have no static form
 * there, and SSH, HTTP/2, internationalised names, cookies and the newer compressions, which would make the package a
 * third larger. net/http.c allows HTTP/1.1 only and asks for no compression, so none of this is reached; what is called
 * all the same fails.
 */

/* clang-format off */
#define LW_ABSENT_RTMP(X) \
    X(RTMP_Alloc) X(RTMP_Close) X(RTMP_Connect1) X(RTMP_ConnectStream) X(RTMP_Free) X(RTMP_Init) X(RTMP_Read)       \
    X(RTMP_SetBufferMS) X(RTMP_SetupURL) X(RTMP_Write)

#define LW_ABSENT_LDAP(X) \
    X(ber_bvfree) X(ber_free) X(ber_memfree) X(ber_sockbuf_add_io) X(ldap_abandon_ext) X(ldap_err2string)           \
    X(ldap_free_urldesc) X(ldap_get_attribute_ber) X(ldap_get_dn_ber) X(ldap_get_option) X(ldap_init_fd)            \
    X(ldap_memfree) X(ldap_msgfree) X(ldap_msgtype) X(ldap_parse_result) X(ldap_parse_sasl_bind_result)             \
    X(ldap_pvt_url_scheme2proto) X(ldap_result) X(ldap_sasl_bind) X(ldap_search_ext) X(ldap_set_option)             \
    X(ldap_start_tls) X(ldap_unbind_ext) X(ldap_url_parse)

#define LW_ABSENT_KERBEROS(X) \
    X(gss_delete_sec_context) X(gss_display_name) X(gss_display_status) X(gss_import_name)                          \
    X(gss_init_sec_context) X(gss_inquire_context) X(gss_release_buffer) X(gss_release_name) X(gss_unwrap)          \
    X(gss_wrap)
#define LW_ABSENT_SSH(X) \
    X(libssh2_agent_connect) X(libssh2_agent_disconnect) X(libssh2_agent_free) X(libssh2_agent_get_identity)        \
    X(libssh2_agent_init) X(libssh2_agent_list_identities) X(libssh2_agent_userauth) X(libssh2_channel_free)        \
    X(libssh2_channel_read_ex) X(libssh2_channel_send_eof) X(libssh2_channel_wait_closed)                           \
    X(libssh2_channel_wait_eof) X(libssh2_channel_write_ex) X(libssh2_exit) X(libssh2_hostkey_hash)                 \
    X(libssh2_knownhost_add) X(libssh2_knownhost_checkp) X(libssh2_knownhost_del)                   \
    X(libssh2_knownhost_free) X(libssh2_knownhost_get) X(libssh2_knownhost_init) X(libssh2_knownhost_readfile)      \
    X(libssh2_knownhost_writefile) X(libssh2_scp_recv2) X(libssh2_scp_send64) X(libssh2_session_abstract)           \
    X(libssh2_session_block_directions) X(libssh2_session_callback_set) X(libssh2_session_disconnect_ex)            \
    X(libssh2_session_flag) X(libssh2_session_free) X(libssh2_session_handshake) X(libssh2_session_hostkey)         \
    X(libssh2_session_init_ex) X(libssh2_session_last_errno) X(libssh2_session_last_error)                          \
    X(libssh2_session_method_pref) X(libssh2_session_set_blocking) X(libssh2_sftp_close_handle)                     \
    X(libssh2_sftp_init) X(libssh2_sftp_last_error) X(libssh2_sftp_mkdir_ex) X(libssh2_sftp_open_ex)                \
    X(libssh2_sftp_read) X(libssh2_sftp_readdir_ex) X(libssh2_sftp_rename_ex) X(libssh2_sftp_rmdir_ex)              \
    X(libssh2_sftp_seek64) X(libssh2_sftp_shutdown) X(libssh2_sftp_stat_ex) X(libssh2_sftp_statvfs)                 \
    X(libssh2_sftp_symlink_ex) X(libssh2_sftp_unlink_ex) X(libssh2_sftp_write) X(libssh2_userauth_authenticated)    \
    X(libssh2_userauth_keyboard_interactive_ex) X(libssh2_userauth_list) X(libssh2_userauth_password_ex)            \
    X(libssh2_userauth_publickey_fromfile_ex) X(libssh2_version)

#define LW_ABSENT_HTTP2(X) \
    X(nghttp2_http2_strerror) X(nghttp2_is_fatal) X(nghttp2_option_del) X(nghttp2_option_new)                       \
    X(nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation) X(nghttp2_pack_settings_payload)            \
    X(nghttp2_priority_spec_init) X(nghttp2_session_callbacks_del) X(nghttp2_session_callbacks_new)                 \
    X(nghttp2_session_callbacks_set_error_callback) X(nghttp2_session_callbacks_set_on_begin_headers_callback)      \
    X(nghttp2_session_callbacks_set_on_data_chunk_recv_callback)                                                    \
    X(nghttp2_session_callbacks_set_on_frame_recv_callback) X(nghttp2_session_callbacks_set_on_header_callback)     \
    X(nghttp2_session_callbacks_set_on_stream_close_callback) X(nghttp2_session_callbacks_set_send_callback)        \
    X(nghttp2_session_check_request_allowed) X(nghttp2_session_client_new2) X(nghttp2_session_del)                  \
    X(nghttp2_session_get_remote_settings) X(nghttp2_session_get_remote_window_size)                                \
    X(nghttp2_session_get_stream_remote_window_size) X(nghttp2_session_get_stream_user_data)                        \
    X(nghttp2_session_mem_recv) X(nghttp2_session_resume_data) X(nghttp2_session_send)                              \
    X(nghttp2_session_set_local_window_size) X(nghttp2_session_set_stream_user_data) X(nghttp2_session_upgrade2)    \
    X(nghttp2_session_want_read) X(nghttp2_session_want_write) X(nghttp2_strerror) X(nghttp2_submit_ping)           \
    X(nghttp2_submit_priority) X(nghttp2_submit_request) X(nghttp2_submit_rst_stream) X(nghttp2_submit_settings)    \
    X(nghttp2_version)

#define LW_ABSENT_NAMES(X) \
    X(idn2_check_version) X(idn2_free) X(idn2_lookup_ul) X(psl_builtin) X(psl_free) X(psl_get_version)              \
    X(psl_is_cookie_domain_acceptable) X(psl_latest)

#define LW_ABSENT_COMPRESSIONS(X) \
    X(BrotliDecoderCreateInstance) X(BrotliDecoderDecompressStream) X(BrotliDecoderDestroyInstance)                 \
    X(BrotliDecoderGetErrorCode) X(BrotliDecoderVersion) X(ZSTD_createDStream) X(ZSTD_decompressStream)             \
    X(ZSTD_freeDStream) X(ZSTD_isError) X(ZSTD_versionNumber)
/* clang-format on */

#define LW_ABSENT(name)                                                                                                \
    long name(void);                                                                                                   \
    long name(void) {                                                                                                  \
        return -1;                                                                                                     \
    }

LW_ABSENT_RTMP(LW_ABSENT)
LW_ABSENT_LDAP(LW_ABSENT)
LW_ABSENT_KERBEROS(LW_ABSENT)
LW_ABSENT_SSH(LW_ABSENT)
LW_ABSENT_HTTP2(LW_ABSENT)
LW_ABSENT_NAMES(LW_ABSENT)
LW_ABSENT_COMPRESSIONS(LW_ABSENT)

extern void *GSS_C_NT_HOSTBASED_SERVICE;
void *GSS_C_NT_HOSTBASED_SERVICE;

/* libcurl's own initialisation calls this one and gives up where it fails. */
long libssh2_init(void);
long libssh2_init(void) {
    return 0;
}
