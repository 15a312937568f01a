#pragma once

#include <filesystem>

namespace jobcast {

/// Returns when the directory's own entries are safe on disk. Throws std::system_error where that can't be done.
void sync_directory(const std::filesystem::path& directory);

/// Moves a file to another name on the same file system, for its owner alone (mode 0600); when this returns, its
/// content and its new name are safe on disk. Never follows a symbolic link. Throws std::system_error.
void move_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace jobcast
