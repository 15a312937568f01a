#include "http/upload_file.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <spdlog/spdlog.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

#include "base/durable_file.hpp"
#include "base/media_type.hpp"

namespace jobcast::http {
namespace {

constexpr std::size_t flush_bytes = 256 * 1024;

Error disk_error(const char* what, int code) {
  spdlog::error("an upload could not be saved: {}: {}", what, std::generic_category().message(code));
  if (code == ENOSPC || code == EDQUOT) return {errc::storage_full, "the server has no disk space left for this file"};
  return {errc::storage_unavailable, "the server could not save the file"};
}

}  // namespace

/// The file itself. All member functions block; they run in the file pool.
struct UploadFile::OnDisk {
  std::filesystem::path path;
  std::filesystem::path directory;
  std::uint64_t min_free_bytes = 0;
  int descriptor = -1;
  bool kept = false;

  ~OnDisk() { remove(); }

  result<void> open() {
    struct statvfs volume {};
    if (::statvfs(directory.c_str(), &volume) == 0 && volume.f_bavail * volume.f_frsize < min_free_bytes) {
      return Error{errc::storage_full, "the server keeps its last disk space free and takes no files now"};
    }
    descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return disk_error("open", errno);
    return {};
  }

  result<void> append(std::string_view bytes) {
    if (descriptor < 0) {
      if (auto opened = open(); !opened) return opened;
    }
    while (!bytes.empty()) {
      const auto written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return disk_error("write", errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  result<void> sync() {
    if (::fsync(descriptor) != 0) return disk_error("fsync", errno);
    ::close(std::exchange(descriptor, -1));
    // The directory's entry is data of the directory's own.
    try {
      sync_directory(directory);
    } catch (const std::system_error& error) {
      return disk_error("directory", error.code().value());
    }
    return {};
  }

  void remove() {
    if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
    if (!kept && !path.empty()) ::unlink(path.c_str());
    kept = true;
  }
};

UploadFile::UploadFile(Services& services, IoExecutor executor, const JobId& id)
    : services_(services), executor_(executor), id_(id), disk_(std::make_shared<OnDisk>()) {
  disk_->path = services.data.upload(id);
  disk_->directory = services.data.uploads();
  disk_->min_free_bytes = services.config.limits.min_free_bytes;
}

UploadFile::~UploadFile() {
  if (disk_) boost::asio::post(services_.files, [disk = std::move(disk_)]() mutable { disk.reset(); });
}

Task<result<void>> UploadFile::write(std::span<const char> bytes) {
  size_ += bytes.size();
  if (size_ > services_.config.limits.max_upload_bytes) {
    co_return Error{errc::payload_too_large, "the file is larger than " +
                                                 std::to_string(services_.config.limits.max_upload_bytes) +
                                                 " bytes, the most that this server takes"};
  }
  pending_.append(bytes.data(), bytes.size());
  if (pending_.size() < flush_bytes) co_return result<void>();
  co_return co_await flush();
}

Task<result<void>> UploadFile::flush() {
  auto work = [disk = disk_, bytes = std::move(pending_)] { return disk->append(bytes); };
  pending_.clear();
  co_return co_await run_on(services_.files, executor_, std::move(work));
}

Task<result<std::string>> UploadFile::finish(std::string filename) {
  auto work = [disk = disk_, bytes = std::move(pending_), name = std::move(filename)]() -> result<std::string> {
    if (auto written = disk->append(bytes); !written) return written.error();
    if (auto synced = disk->sync(); !synced) return synced.error();
    return detect_media_type(disk->path, name);
  };
  co_return co_await run_on(services_.files, executor_, std::move(work));
}

void UploadFile::keep() {
  disk_->kept = true;
}

Task<void> UploadFile::discard() {
  auto work = [disk = disk_] {
    disk->remove();
    return true;
  };
  co_await run_on(services_.files, executor_, std::move(work));
}

}  // namespace jobcast::http
