#include "base/data_directory.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace jobcast {
namespace fs = std::filesystem;
namespace {

Error unusable(const fs::path& path, const std::string& why) {
  return {errc::storage_unavailable, "the data directory " + path.string() + " can't be used: " + why};
}

/// Creates the directory with mode 0700 where it is missing; parents as the umask says.
std::error_code make_private_directory(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return error;
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno == EEXIST && fs::is_directory(path, error)) return {};
  return {errno, std::generic_category()};
}

}  // namespace

result<DataDirectory> DataDirectory::open(const fs::path& root) {
  std::error_code error;
  auto absolute = fs::absolute(root, error);
  if (error) return unusable(root, error.message());
  // "data/" and "data/." name the directory itself, not something in it whose parent may be open to all.
  while (absolute.has_relative_path() && (!absolute.has_filename() || absolute.filename() == ".")) {
    absolute = absolute.parent_path();
  }
  if (const auto made = make_private_directory(absolute)) return unusable(absolute, made.message());

  const auto lock_path = absolute / "lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return unusable(absolute, std::generic_category().message(errno));
  DataDirectory directory(absolute, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return unusable(absolute, "another jobcastd is running on it");
    return unusable(absolute, std::generic_category().message(errno));
  }
  for (const auto& path : {directory.uploads(), directory.logs(), directory.results(), directory.scratch()}) {
    if (const auto made = make_private_directory(path))
      return unusable(absolute, path.string() + ": " + made.message());
  }
  for (const auto& entry : fs::directory_iterator(directory.scratch(), error)) fs::remove_all(entry.path(), error);
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : root_(std::move(other.root_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

void DataDirectory::remove_results_before(const JobId& id, std::int64_t attempt) const noexcept {
  try {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(results_of(id), ignored)) {
      const auto name = entry.path().filename().string();
      std::int64_t number = 0;
      const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
      if (fault == std::errc() && number < attempt) fs::remove(entry.path(), ignored);
    }
  } catch (const std::exception&) {
    // Can't be listed, or out of memory: what is left lying is removed at the next start.
  }
}

void DataDirectory::remove_files_of(const JobId& id) const noexcept {
  try {
    std::error_code ignored;
    fs::remove(upload(id), ignored);
    fs::remove(log(id), ignored);
    fs::remove_all(results_of(id), ignored);
  } catch (const std::exception&) {
    // Out of memory for a path: what is left lying is removed at the next start.
  }
}

}  // namespace jobcast
