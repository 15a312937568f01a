#include "http/file_body.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/descriptor.hpp"

namespace jobcast::http {
namespace {

constexpr std::size_t piece_bytes = 256 * 1024;

/// Touched by one thread of the file pool at a time; closed wherever the answer ends, which does not block.
struct OpenFile {
  Descriptor descriptor;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

/// Blocks.
std::shared_ptr<OpenFile> open_file(const std::filesystem::path& path) {
  auto file = std::make_shared<OpenFile>();
  file->descriptor = Descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file->descriptor.is_open() || ::fstat(file->descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return nullptr;
  }
  file->size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

/// The next piece, empty at the end. Blocks.
result<std::string> read_piece(OpenFile& file) {
  std::string piece(std::min<std::uint64_t>(piece_bytes, file.size - file.offset), '\0');
  ssize_t got = 0;
  do {
    got = ::pread(file.descriptor.get(), piece.data(), piece.size(), static_cast<off_t>(file.offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    spdlog::error("a file can't be read while it is sent: {}", std::generic_category().message(errno));
    return Error{errc::storage_unavailable, "the file can't be read"};
  }
  piece.resize(static_cast<std::size_t>(got));
  file.offset += piece.size();
  return piece;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

Task<std::optional<BodySource>> open_file_body(boost::asio::thread_pool& pool, IoExecutor executor,
                                               std::filesystem::path path) {
  auto open = [path = std::move(path)] { return open_file(path); };
  const auto file = co_await run_on(pool, executor, std::move(open));
  if (file == nullptr) co_return std::nullopt;
  BodySource source;
  source.total_bytes = file->size;
  source.next = [file, &pool, executor]() -> Task<result<std::string>> {
    return run_on(pool, executor, [file] { return read_piece(*file); });
  };
  co_return source;
}

std::string attachment_header(std::string_view filename) {
  std::string plain;
  std::string encoded;
  for (const char c : filename) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_quotable = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '%';
    plain += is_quotable ? c : '_';
    if (is_plain(c)) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += "0123456789ABCDEF"[byte >> 4U];
      encoded += "0123456789ABCDEF"[byte & 15U];
    }
  }
  auto header = "attachment; filename=\"" + plain + '"';
  if (plain != filename) header += "; filename*=UTF-8''" + encoded;
  return header;
}

bool is_harmless_media_type(std::string_view media_type) {
  constexpr std::string_view harmless[] = {"text/plain", "image/png",        "image/jpeg",     "image/gif",
                                           "image/webp", "application/json", "application/pdf"};
  return std::find(std::begin(harmless), std::end(harmless), media_type) != std::end(harmless);
}

}  // namespace jobcast::http
