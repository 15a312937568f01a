#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <boost/algorithm/string/predicate.hpp>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace jobcast {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what);
}

}  // namespace

ClientSocket::ClientSocket(std::uint16_t port, int receive_bytes)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_bytes > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(descriptor_);
    fail("connect: " + reason);
  }
}

ClientSocket::~ClientSocket() {
  ::close(descriptor_);
}

void ClientSocket::wait(short events, std::chrono::milliseconds patience) const {
  pollfd ready{descriptor_, events, 0};
  if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) fail("the server neither sends nor takes anything");
}

bool ClientSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait(POLLOUT, client_patience);
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string ClientSocket::receive(std::chrono::milliseconds patience) {
  wait(POLLIN, patience);
  std::string bytes(64 * 1024, '\0');
  const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

void ClientSocket::shutdown_send() {
  ::shutdown(descriptor_, SHUT_WR);
}

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (boost::iequals(key, name)) return value;
  }
  return {};
}

bool HttpResponse::has(std::string_view name) const {
  for (const auto& entry : headers) {
    if (boost::iequals(entry.first, name)) return true;
  }
  return false;
}

std::string HttpResponse::code() const {
  if (header("Content-Type") != "application/problem+json") return {};
  return json().at("code").get<std::string>();
}

HttpResponse parse_response_head(std::string_view head) {
  HttpResponse response;
  const auto status_line = head.substr(0, head.find("\r\n"));
  response.http_1_0 = status_line.starts_with("HTTP/1.0 ");
  if (status_line.size() < 12 || (!response.http_1_0 && !status_line.starts_with("HTTP/1.1 "))) {
    fail("no status line: " + std::string(status_line));
  }
  response.status = std::stoi(std::string(status_line.substr(9, 3)));
  head.remove_prefix(status_line.size());
  while (head.starts_with("\r\n")) {
    head.remove_prefix(2);
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) fail("no header line: " + std::string(line));
    response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    head.remove_prefix(line.size());
  }
  return response;
}

std::string HttpClient::take_line_block() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    const auto more = socket_.receive();
    if (more.empty()) fail("the server closed before its answer, after: " + buffer_);
    buffer_ += more;
  }
  auto block = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  return block;
}

std::string HttpClient::take(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    const auto more = socket_.receive();
    if (more.empty()) fail("the server closed within its answer");
    buffer_ += more;
  }
  auto taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

HttpResponse HttpClient::read_response(bool to_head) {
  auto response = parse_response_head(take_line_block());
  if (response.has("Transfer-Encoding")) fail("only streams are chunked");
  const bool bodyless = to_head || response.status == 100 || response.status == 204 || response.status == 304;
  if (bodyless) return response;
  if (!response.has("Content-Length")) fail("a body without a length");
  response.body = take(std::stoul(response.header("Content-Length")));
  return response;
}

HttpResponse HttpClient::request(std::string_view method, std::string_view target, const Headers& headers,
                                 std::string_view body) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  socket_.send(text);
  return read_response(method == "HEAD");
}

bool HttpClient::is_closed() {
  return buffer_.empty() && socket_.receive().empty();
}

Form& Form::field(std::string_view name, std::string_view value) {
  body_.append("--frontier\r\nContent-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n");
  body_.append(value).append("\r\n");
  return *this;
}

Form& Form::file(std::string_view filename, std::string_view content) {
  body_.append("--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"").append(filename);
  body_.append("\"\r\nContent-Type: application/octet-stream\r\n\r\n").append(content).append("\r\n");
  return *this;
}

nlohmann::json upload(std::uint16_t port, const std::string& filename, std::string_view content) {
  HttpClient client(port);
  const auto response = client.request("POST", "/api/jobs", Form::headers(), Form().file(filename, content).body());
  if (response.status != 202) fail("upload: " + std::to_string(response.status) + ' ' + response.body);
  return response.json().at("job");
}

nlohmann::json make_external_job(std::uint16_t port, const std::string& filename) {
  HttpClient client(port);
  const nlohmann::json job = {{"filename", filename}, {"kind", "external"}};
  const auto response = client.request("POST", "/api/jobs", {{"Content-Type", "application/json"}}, job.dump());
  if (response.status != 202) fail("make a job: " + std::to_string(response.status) + ' ' + response.body);
  return response.json().at("job");
}

nlohmann::json patch_job(std::uint16_t port, const std::string& id, const nlohmann::json& changes) {
  HttpClient client(port);
  const auto response =
      client.request("PATCH", "/api/jobs/" + id, {{"Content-Type", "application/json"}}, changes.dump());
  if (response.status != 200) fail("PATCH: " + std::to_string(response.status) + ' ' + response.body);
  return response.json().at("job");
}

}  // namespace jobcast
