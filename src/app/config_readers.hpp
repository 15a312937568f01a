#pragma once

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <toml++/toml.h>

#include "jobcast/error.hpp"

// How values of the configuration file are read: what several of its tables share.
namespace jobcast {

/// Why a value can't be taken; nothing where it was.
using Fault = std::optional<std::string>;

/// Takes a value.
using Reader = std::function<Fault(const toml::node&)>;

/// Every key of one table, with what reads its value.
using Table = std::map<std::string, Reader, std::less<>>;

template <class T>
Reader whole_number(T& into, std::int64_t low, std::int64_t high) {
  return [&into, low, high](const toml::node& node) -> Fault {
    const auto value = node.value_exact<std::int64_t>();
    if (!value) return "must be a whole number";
    if (*value < low || *value > high) return fmt::format("must be from {} to {}", low, high);
    into = static_cast<T>(*value);
    return {};
  };
}

Reader number(double& into, double low, double high);

/// A number of `unit`s.
Reader duration(std::chrono::milliseconds& into, std::chrono::milliseconds unit, double low, double high);

Reader seconds(std::chrono::milliseconds& into, double low, double high);

/// "FILE:LINE: KEY: REASON", fit for a terminal whatever the key.
Error fault_at(const std::string& file, const toml::source_position& position, std::string_view key,
               std::string_view reason);

/// Reads all keys of a table. `prefix` stands before them in messages: the table's own name.
result<void> read_table(const toml::table& table, const std::string& prefix, const Table& readers,
                        const std::string& file);

}  // namespace jobcast
