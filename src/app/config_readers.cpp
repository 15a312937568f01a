#include "app/config_readers.hpp"

#include <algorithm>

namespace jobcast {
namespace {

Fault number_of(const toml::node& node, double low, double high, double& into) {
  if (!node.is_integer() && !node.is_floating_point()) return "must be a number";
  const auto value = node.value<double>().value_or(low - 1);
  if (!(value >= low && value <= high)) return fmt::format("must be from {} to {}", low, high);
  into = value;
  return {};
}

}  // namespace

Reader number(double& into, double low, double high) {
  return [&into, low, high](const toml::node& node) { return number_of(node, low, high, into); };
}

Reader duration(std::chrono::milliseconds& into, std::chrono::milliseconds unit, double low, double high) {
  return [&into, unit, low, high](const toml::node& node) -> Fault {
    double value = 0;
    if (auto fault = number_of(node, low, high, value)) return fault;
    into = std::chrono::milliseconds(static_cast<std::int64_t>(value * static_cast<double>(unit.count())));
    return {};
  };
}

Reader seconds(std::chrono::milliseconds& into, double low, double high) {
  return duration(into, std::chrono::seconds(1), low, high);
}

Error fault_at(const std::string& file, const toml::source_position& position, std::string_view key,
               std::string_view reason) {
  auto sentence = fmt::format("{}:{}: {}: {}", file, position.line, key, reason);
  // TOML lets keys have any character: none may reach a terminal as it is.
  std::replace_if(
      sentence.begin(), sentence.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return {errc::invalid_parameter, std::move(sentence)};
}

result<void> read_table(const toml::table& table, const std::string& prefix, const Table& readers,
                        const std::string& file) {
  for (const auto& [key, node] : table) {
    const auto full = prefix + '.' + std::string(key.str());
    const auto reader = readers.find(key.str());
    if (reader == readers.end()) return fault_at(file, key.source().begin, full, "there is no such key");
    if (const auto fault = reader->second(node)) return fault_at(file, node.source().begin, full, *fault);
  }
  return {};
}

}  // namespace jobcast
