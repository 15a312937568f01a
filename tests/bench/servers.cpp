#include "servers.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "figures.hpp"
#include "http_client.hpp"

namespace jobcast::bench {
namespace {

constexpr std::chrono::seconds start_time(10);

std::uint16_t port_of(std::string_view address) {
  std::uint16_t port = 0;
  const auto digits = address.substr(address.rfind(':') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

/// One that nobody has now; another program could take it before it is used, which shows at once.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(socket, plain, size) == 0 && ::getsockname(socket, plain, &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void wait_until_it_listens(std::uint16_t port) {
  const auto end = SteadyClock::now() + start_time;
  while (true) {
    try {
      const HttpClient client(port);
      return;
    } catch (const std::system_error&) {
      if (SteadyClock::now() > end) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string find_nginx() {
  for (const char* path : {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"}) {
    if (std::filesystem::exists(path)) return path;
  }
  throw std::runtime_error("nginx is not installed (Debian: nginx-light)");
}

/// The answer's headers as nginx directives, without those that nginx makes itself.
std::string header_directives(std::string_view head) {
  std::string directives;
  auto rest = head.substr(head.find('\n') + 1);
  for (auto line = rest.substr(0, rest.find('\r')); !line.empty(); line = rest.substr(0, rest.find('\r'))) {
    rest.remove_prefix(line.size() + 2);
    const auto name = line.substr(0, line.find(':'));
    const auto value = line.substr(name.size() + 2);
    if (name == "Date" || name == "Content-Length" || name == "Connection") continue;
    if (name == "Content-Type") {
      directives += "      default_type " + std::string(value) + ";\n";
    } else {
      directives += "      add_header " + std::string(name) + " '" + std::string(value) + "';\n";
    }
  }
  return directives;
}

/// What every nginx here has, up to the beginning of its server's block.
std::string nginx_beginning(const std::string& directory, std::uint16_t port) {
  std::string text = ::geteuid() == 0 ? "user root;\n" : "";
  text += "daemon off;\nworker_processes 1;\nworker_rlimit_nofile 20000;\npid " + directory + "/pid;\n";
  text += "error_log stderr error;\nevents { worker_connections 19900; }\nhttp {\n  access_log off;\n";
  text += "  server_tokens off;\n  keepalive_requests 1000000000;\n  tcp_nodelay on;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += "  " + std::string(kind) + "_temp_path " + directory + "/" + kind + ";\n";
  }
  return text + "  server {\n    listen 127.0.0.1:" + std::to_string(port) + " backlog=4096;\n";
}

std::string nginx_configuration(const std::string& directory, std::uint16_t port, std::string_view answer) {
  const auto found = find_answer(answer);
  if (!found) throw std::runtime_error("no answer to copy");
  auto text = nginx_beginning(directory, port) + "    location / {\n";
  text += header_directives(answer.substr(0, found->head_bytes));
  text += "      return 200 '" + std::string(found->total_bytes - found->head_bytes, 'x') + "';\n    }\n  }\n}\n";
  return text;
}

std::string nchan_configuration(const std::string& directory, std::uint16_t port) {
  constexpr const char* module = "/usr/lib/nginx/modules/ngx_nchan_module.so";
  if (!std::filesystem::exists(module)) {
    throw std::runtime_error("nchan is not installed (Debian: libnginx-mod-nchan)");
  }
  return "load_module " + std::string(module) + ";\n" + nginx_beginning(directory, port) +
         "    location = /publish { nchan_publisher; nchan_channel_id bench; }\n"
         "    location = /subscribe { nchan_subscriber eventsource; nchan_channel_id bench; }\n  }\n}\n";
}

void start_nginx_in(RunningServer& server, const std::string& directory) {
  server.program = std::make_unique<ChildProgram>(
      std::vector<std::string>{find_nginx(), "-p", directory, "-c", directory + "/nginx.conf", "-e", "stderr"});
  wait_until_it_listens(server.port);
}

}  // namespace

RunningServer start_jobcastd(const std::string& settings, const std::vector<std::string>& flags,
                             const std::function<void(const std::filesystem::path&)>& prepare) {
  RunningServer server;
  server.directory = std::make_unique<TemporaryDirectory>();
  const auto& directory = server.directory->path();
  std::ofstream(directory / "jobcast.toml") << "[log]\nlevel = \"warn\"\n" << settings;
  server.command = {JOBCASTD_PROGRAM, "--config",   (directory / "jobcast.toml").string(), "--listen",
                    "127.0.0.1:0",    "--data-dir", (directory / "data").string()};
  server.command.insert(server.command.end(), flags.begin(), flags.end());
  if (prepare) {
    std::filesystem::create_directory(directory / "data");
    prepare(directory / "data");
  }
  server.program = std::make_unique<ChildProgram>(server.command);
  server.port = port_of(server.program->read_line());
  return server;
}

void crash_and_restart(RunningServer& jobcastd) {
  jobcastd.program->kill();
  jobcastd.program.reset();  // waits until it is gone
  jobcastd.program = std::make_unique<ChildProgram>(jobcastd.command);
  jobcastd.port = port_of(jobcastd.program->read_line());
}

RunningServer start_nchan() {
  RunningServer server;
  server.directory = std::make_unique<TemporaryDirectory>();
  server.port = free_port();
  const auto directory = server.directory->path().string();
  std::ofstream(directory + "/nginx.conf") << nchan_configuration(directory, server.port);
  start_nginx_in(server, directory);
  return server;
}

RunningServer start_nginx(std::string_view answer) {
  RunningServer server;
  server.directory = std::make_unique<TemporaryDirectory>();
  server.port = free_port();
  const auto directory = server.directory->path().string();
  std::ofstream(directory + "/nginx.conf") << nginx_configuration(directory, server.port, answer);
  start_nginx_in(server, directory);
  return server;
}

}  // namespace jobcast::bench
