#include "app/handlers_config.hpp"

#include <algorithm>
#include <tuple>

#include "jobcast/kind_catalog.hpp"

#include "app/config_readers.hpp"
#include "work/handlers/placeholders.hpp"

namespace jobcast {
namespace {

constexpr std::size_t name_bytes = 64;
constexpr std::int64_t many = std::int64_t{1} << 50;
constexpr double week_seconds = 7 * 24 * 3600;

bool is_handler_name(std::string_view name) {
  const auto is_first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= name_bytes && is_first(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_first(c) || c == '_' || c == '-'; });
}

Fault strings_of(const toml::node& node, std::vector<std::string>& into) {
  constexpr auto fault = "must be a list of strings";
  const auto* array = node.as_array();
  if (array == nullptr) return fault;
  for (const auto& element : *array) {
    auto value = element.value_exact<std::string>();
    if (!value) return fault;
    into.push_back(std::move(*value));
  }
  if (into.empty()) return "must not be empty";
  return {};
}

Fault command_of(const toml::node& node, std::vector<std::string>& into) {
  if (auto fault = strings_of(node, into)) return fault;
  const auto& program = into.front();
  if (program.empty()) return "its first string, the program, must not be empty";
  for (const auto& argument : into) {
    if (argument.find('\0') != std::string::npos) return "no string in it may hold a NUL";
    if (const auto word = find_unknown_placeholder(argument)) {
      return fmt::format(
          "there is no placeholder {{{}}}: {{input}}, {{output}}, {{payload}}, {{id}} and {{filename}} are", *word);
    }
  }
  const PlaceholderValues nothing;
  if (expand_placeholders(program, nothing) != program) return "its first string, the program, takes no placeholders";
  return {};
}

Fault media_types_of(const toml::node& node, std::vector<std::string>& into) {
  if (auto fault = strings_of(node, into)) return fault;
  for (const auto& type : into) {
    if (!is_media_range(type)) return fmt::format("`{}` is not like image/png, image/* or */*, in lower case", type);
  }
  return {};
}

template <class T>
Reader reader_of(T& into, Fault (*read)(const toml::node&, T&)) {
  return [&into, read](const toml::node& node) { return read(node, into); };
}

Reader truth(bool& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto value = node.value_exact<bool>();
    if (!value) return "must be true or false";
    into = *value;
    return {};
  };
}

/// One table [handlers.NAME].
class HandlerReader {
 public:
  HandlerReader(const toml::key& key, const toml::table& table, const std::string& file)
      : key_(key), table_(table), file_(file), full_name_("handlers." + std::string(key.str())) {
    handler_.name = key.str();
  }

  result<HandlerConfig> read() {
    if (auto allowed = check_keys(); !allowed) return allowed.error();
    if (auto taken = read_table(table_, full_name_, readers(), file_); !taken) return taken.error();
    if (auto good = check_whole(); !good) return good.error();
    return std::move(handler_);
  }

 private:
  Table readers() {
    return {{"command", reader_of(handler_.command, command_of)},
            {"external", truth(handler_.external)},
            {"media_types", reader_of(handler_.media_types, media_types_of)},
            {"automatic", truth(handler_.automatic)},
            {"timeout_seconds", seconds(handler_.timeout, 0.1, week_seconds)},
            {"concurrency", whole_number(handler_.concurrency, 0, 1024)},
            {"cpu_seconds", whole_number(handler_.cpu_seconds, 0, static_cast<std::int64_t>(week_seconds) * 1024)},
            {"memory_bytes", whole_number(handler_.memory_bytes, 0, many)},
            {"file_bytes", whole_number(handler_.file_bytes, 0, many)}};
  }

  [[nodiscard]] bool is_built_in() const { return handler_.name == document_kind || handler_.name == external_kind; }

  /// Keys that there are, but not in this table.
  result<void> check_keys() {
    if (handler_.name == external_kind) {
      return fault_at(file_, key_.source().begin, full_name_, "this kind is built in and has no settings");
    }
    const auto* external = table_.get_as<bool>("external");
    if (is_built_in()) {
      return check_keys({"timeout_seconds", "concurrency"},
                        "this kind is built in: only timeout_seconds and concurrency can be set");
    }
    if (external != nullptr && external->get()) {
      return check_keys({"external", "media_types"}, "a kind for workers outside has only media_types");
    }
    return {};
  }

  result<void> check_keys(std::initializer_list<std::string_view> allowed, std::string_view reason) {
    const auto known = readers();
    for (const auto& [key, node] : table_) {
      const bool is_known = known.find(key.str()) != known.end();
      if (is_known && std::find(allowed.begin(), allowed.end(), key.str()) == allowed.end()) {
        return fault_at(file_, key.source().begin, full_name_ + '.' + std::string(key.str()), reason);
      }
    }
    return {};
  }

  /// What no value tells alone.
  result<void> check_whole() {
    if (is_built_in() || handler_.external) return {};
    if (handler_.command.empty()) {
      return fault_at(file_, key_.source().begin, full_name_, "it needs a command, or external = true");
    }
    if (!handler_.automatic) return {};
    const auto& where = table_.get("automatic")->source().begin;
    const auto key = full_name_ + ".automatic";
    if (handler_.media_types.empty()) return fault_at(file_, where, key, "needs media_types: which files to take");
    if (!names(handler_.command, Placeholder::input)) {
      return fault_at(file_, where, key, "needs {input} in the command: it would take files and not read them");
    }
    return {};
  }

  const toml::key& key_;
  const toml::table& table_;
  const std::string& file_;
  const std::string full_name_;
  HandlerConfig handler_;
};

}  // namespace

result<std::vector<HandlerConfig>> read_handlers(const toml::table& handlers, const std::string& file) {
  // The parser sorts tables by name.
  std::vector<std::pair<const toml::key*, const toml::node*>> in_order;
  for (const auto& [key, node] : handlers) in_order.emplace_back(&key, &node);
  std::sort(in_order.begin(), in_order.end(), [](const auto& left, const auto& right) {
    const auto& a = left.first->source().begin;
    const auto& b = right.first->source().begin;
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });

  std::vector<HandlerConfig> read;
  for (const auto& [key, node] : in_order) {
    const auto name = "handlers." + std::string(key->str());
    if (!is_handler_name(key->str())) {
      return fault_at(file, key->source().begin, name,
                      "a kind's name has 1 to 64 of a-z, 0-9, _ and -, and begins with a letter or digit");
    }
    const auto* table = node->as_table();
    if (table == nullptr) return fault_at(file, node->source().begin, name, "must be a table");
    auto handler = HandlerReader(*key, *table, file).read();
    if (!handler) return handler.error();
    read.push_back(std::move(*handler));
  }
  return read;
}

}  // namespace jobcast
