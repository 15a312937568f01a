#include "app/admin_token.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "jobcast/limits.hpp"

#include "base/descriptor.hpp"
#include "base/durable_file.hpp"
#include "base/random.hpp"
#include "http/access.hpp"

namespace jobcast {
namespace fs = std::filesystem;
namespace {

/// 256 bits.
constexpr std::size_t made_digits = 64;

Error system_fault(const fs::path& path, const char* what, int code) {
  return {errc::storage_unavailable, fmt::format("the admin token's file {} can't be {}: {}", path.string(), what,
                                                 std::generic_category().message(code))};
}

Error content_fault(const fs::path& path, std::string_view what) {
  return {errc::invalid_parameter,
          fmt::format("the admin token's file {} {}; remove it to have a new one made, or set auth.admin_token",
                      path.string(), what)};
}

result<void> write_all(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_fault(path, "written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// Makes the file with all that is in it or not at all. The data directory's lock keeps others away.
result<void> write_token(const fs::path& path, const std::string& token) {
  auto draft = path;
  draft += ".new";
  ::unlink(draft.c_str());  // left by a crash
  const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_fault(path, "made", errno);
  if (auto written = write_all(file.get(), token + '\n', path); !written) return written;
  if (::fsync(file.get()) != 0) return system_fault(path, "written", errno);
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_fault(path, "made", errno);
  try {
    sync_directory(path.parent_path());
  } catch (const std::system_error& error) {
    return system_fault(path, "made", error.code().value());
  }
  return {};
}

/// The token of a file that is there.
result<std::string> read_token(int file, const fs::path& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return system_fault(path, "read", errno);
  if (!S_ISREG(status.st_mode)) return content_fault(path, "is no file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return content_fault(path,
                         fmt::format("is open to others (mode {:04o}, must be 0600), who may know the token by now",
                                     status.st_mode & 07777U));
  }
  std::array<char, limits::token_bytes_max + 2> buffer{};
  std::string token;
  while (token.size() < buffer.size()) {
    const auto got = ::read(file, buffer.data(), buffer.size() - token.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_fault(path, "read", errno);
    if (got == 0) break;
    token.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (token.ends_with('\n')) token.pop_back();
  if (const auto fault = find_token_fault(token)) return content_fault(path, "holds no token: it " + *fault);
  return token;
}

}  // namespace

std::optional<std::string> find_token_fault(std::string_view token) {
  if (token.size() < limits::token_bytes_min || token.size() > limits::token_bytes_max) {
    return fmt::format("must have from {} to {} characters", limits::token_bytes_min, limits::token_bytes_max);
  }
  constexpr auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), is_visible)) {
    return "must consist of visible ASCII characters, with no spaces";
  }
  return {};
}

result<std::string> load_or_make_admin_token(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.is_open()) return read_token(file.get(), path);
  if (errno != ENOENT) return system_fault(path, "read", errno);
  auto token = random_hex(made_digits);
  if (const auto written = write_token(path, token); !written) return written.error();
  return token;
}

result<AuthConfig> complete_auth(const Config& config, const DataDirectory& data) {
  auto auth = config.auth;
  if (!auth.admin_token.empty() || http::is_loopback_host(config.server.listen)) return auth;
  const auto path = data.admin_token();
  auto token = load_or_make_admin_token(path);
  if (!token) return token.error();
  if (*token == auth.publish_token) return content_fault(path, "holds the same token as auth.publish_token");
  auth.admin_token = std::move(*token);
  spdlog::warn("{} may be reached from other machines and auth.admin_token is not set: the admin token is in {}",
               config.server.listen, path.string());
  return auth;
}

}  // namespace jobcast
