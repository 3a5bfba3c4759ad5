//===- SafeTensors.cpp - The header of a safetensors file -----------------------------===//

#include "files/SafeTensors.h"
#include "support/Shown.h"

#include <cstring>

namespace mdl::runtime {

namespace {

struct Dtype {
  const char *file, *language;
  int64_t bytes;
};
// In the order of mdl_dtype.
constexpr Dtype Dtypes[] = {{"F16", "f16", 2}, {"BF16", "bf16", 2}, {"F32", "f32", 4},
                            {"F64", "f64", 8}, {"I8", "i8", 1},     {"U8", "u8", 1},
                            {"I32", "i32", 4}, {"I64", "i64", 8},   {"BOOL", "bool", 1}};
constexpr int64_t LargestHeader = 100 << 20; // as the format's own reader

/// The part of JSON that headers are made of, strictly.
class HeaderReader {
public:
  HeaderReader(const std::string &text, int64_t begin, int64_t end) : text(text), at(begin), end(end) {}

  std::string problem;

  void read(std::vector<FileTensor> &tensors) {
    object([&](const std::string &name) {
      if (name == "__metadata__")
        return object([&](const std::string &) { string(); });
      FileTensor tensor;
      tensor.name = name;
      int64_t start = at;
      for (auto &other : tensors)
        if (other.name == name)
          return fail("`" + shown(name) + "` stands there twice", start);
      entry(tensor);
      tensors.push_back(tensor);
    });
    skipSpace();
    if (at != end)
      fail("expected the end of the header", at);
  }

private:
  void fail(const std::string &message, int64_t where) {
    if (problem.empty())
      problem = "byte " + std::to_string(where) + ": " + message;
  }
  bool ok() const { return problem.empty(); }
  void skipSpace() {
    while (at < end && strchr(" \t\r\n", text[at]))
      ++at;
  }
  char peek() {
    skipSpace();
    return at < end ? text[at] : '\0';
  }
  bool take(char c) {
    if (peek() != c || at >= end)
      return false;
    ++at;
    return true;
  }
  void expect(char c) {
    if (ok() && !take(c))
      fail(std::string("expected `") + c + "` in the header", at);
  }

  template <typename Visit> void object(Visit visit) {
    expect('{');
    if (take('}'))
      return;
    while (ok()) {
      std::string name = string();
      expect(':');
      if (ok())
        visit(name);
      if (ok() && !take(',')) {
        expect('}');
        return;
      }
    }
  }

  static void addUtf8(std::string &out, uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  std::string string() {
    expect('"');
    std::string out;
    while (ok()) {
      if (at >= end) {
        fail("the header ends inside a string", at);
        break;
      }
      char c = text[at++];
      if (c == '"')
        break;
      if (c != '\\') {
        out += c;
        continue;
      }
      char escaped = at < end ? text[at++] : '\0';
      static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
      if (const char *place = escaped ? strchr(from, escaped) : nullptr) {
        out += to[place - from];
      } else if (escaped == 'u' && at + 4 <= end) {
        addUtf8(out, static_cast<uint32_t>(std::strtoul(text.substr(at, 4).c_str(), nullptr, 16)));
        at += 4;
      } else {
        fail("unknown escape in a string of the header", at - 1);
      }
    }
    return out;
  }

  int64_t number() {
    int64_t start = (skipSpace(), at), value = 0;
    while (ok() && at < end && text[at] >= '0' && text[at] <= '9') {
      if (__builtin_mul_overflow(value, int64_t(10), &value) ||
          __builtin_add_overflow(value, int64_t(text[at] - '0'), &value))
        fail("a number is too large", start);
      ++at;
    }
    if (ok() && at == start)
      fail("expected a whole number", start);
    return value;
  }

  std::vector<int64_t> numbers() {
    std::vector<int64_t> values;
    expect('[');
    if (take(']'))
      return values;
    while (ok()) {
      values.push_back(number());
      if (ok() && !take(',')) {
        expect(']');
        break;
      }
    }
    return values;
  }

  void entry(FileTensor &tensor) {
    int64_t start = at;
    bool hasDtype = false, hasShape = false, hasOffsets = false;
    object([&](const std::string &key) {
      int64_t place = at;
      if (key == "dtype") {
        tensor.dtype = string();
        hasDtype = true;
      } else if (key == "shape") {
        tensor.shape = numbers();
        hasShape = true;
      } else if (key == "data_offsets") {
        std::vector<int64_t> offsets = numbers();
        hasOffsets = offsets.size() == 2;
        if (hasOffsets) {
          tensor.begin = offsets[0];
          tensor.end = offsets[1];
        }
      } else {
        fail("unknown key `" + shown(key) + "`", place);
      }
    });
    if (ok() && !(hasDtype && hasShape && hasOffsets))
      fail("`" + shown(tensor.name) + "` needs `dtype`, `shape` and `data_offsets`", start);
  }

  const std::string &text;
  int64_t at, end;
};

/// The bytes that a tensor takes; -1 if they are too many to count.
int64_t bytesOf(const FileTensor &tensor) {
  int64_t bytes = fileItemBytes(tensor.dtype);
  for (int64_t size : tensor.shape)
    if (__builtin_mul_overflow(bytes, size, &bytes))
      return -1;
  return bytes;
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "\"";
}

} // namespace

const char *fileDtype(int64_t dtype) { return Dtypes[dtype].file; }

std::string fileType(const std::string &dtype, const std::vector<int64_t> &shape) {
  std::string text = dtype;
  for (const Dtype &known : Dtypes)
    if (dtype == known.file)
      text = known.language;
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "[") + std::to_string(shape[i]);
  return shape.empty() ? text : text + "]";
}

int64_t fileItemBytes(const std::string &dtype) {
  for (const Dtype &known : Dtypes)
    if (dtype == known.file)
      return known.bytes;
  return 0;
}

std::string writeHeader(const std::vector<FileTensor> &tensors) {
  std::string json = "{";
  for (auto &tensor : tensors) {
    json += (json.size() > 1 ? "," : "") + quoted(tensor.name) + ":{\"dtype\":\"" + tensor.dtype + "\",\"shape\":[";
    for (size_t i = 0; i < tensor.shape.size(); ++i)
      json += (i ? "," : "") + std::to_string(tensor.shape[i]);
    json += "],\"data_offsets\":[" + std::to_string(tensor.begin) + "," + std::to_string(tensor.end) + "]}";
  }
  json += "}";
  json.resize((json.size() + 7) / 8 * 8, ' ');
  std::string out(8, '\0');
  for (int i = 0; i < 8; ++i)
    out[i] = static_cast<char>(json.size() >> (8 * i));
  return out + json;
}

/// What else a file is that begins otherwise than one of safetensors.
static std::string foreignFile(const std::string &file) {
  static const std::pair<const char *, const char *> starts[] = {
      {"PK", "a zip file, as `torch.save` and `.npz` are"},
      {"\x80", "a pickle, as older files of `torch.save` are"},
      {"\x93NUMPY", "a `.npy` file"},
      {"\x89HDF", "a HDF5 file"}};
  std::string text = "it is no safetensors file";
  for (auto &[start, name] : starts)
    if (file.rfind(start, 0) == 0)
      text += std::string(", but ") + name;
  return text + "; Python's `safetensors` (`save_file`) writes one, and so does `save` here";
}

std::string readHeader(const std::string &file, std::vector<FileTensor> &tensors, int64_t &dataStart) {
  auto size = static_cast<int64_t>(file.size());
  if (size < 9 || file[8] != '{')
    return foreignFile(file);
  uint64_t length = 0;
  for (int i = 0; i < 8; ++i)
    length |= static_cast<uint64_t>(static_cast<uint8_t>(file[i])) << (8 * i);
  if (length > static_cast<uint64_t>(LargestHeader) || static_cast<int64_t>(length) > size - 8)
    return "byte 0: a header of " + std::to_string(length) + " bytes does not fit in a file of " + std::to_string(size);
  dataStart = 8 + static_cast<int64_t>(length);
  HeaderReader reader(file, 8, dataStart);
  reader.read(tensors);
  if (!reader.problem.empty())
    return reader.problem;
  for (auto &tensor : tensors) {
    if (!fileItemBytes(tensor.dtype))
      continue; // Only what is loaded must be known.
    int64_t bytes = bytesOf(tensor);
    std::string place = "byte " + std::to_string(dataStart + tensor.begin) + ": ";
    if (tensor.begin < 0 || tensor.end < tensor.begin || tensor.end - tensor.begin != bytes)
      return place + "`" + shown(tensor.name) + "` has " + std::to_string(tensor.end - tensor.begin) + " bytes, but " +
             fileType(tensor.dtype, tensor.shape) + " takes " + std::to_string(bytes);
    if (tensor.end > size - dataStart)
      return place + "`" + shown(tensor.name) + "` ends at byte " + std::to_string(dataStart + tensor.end) +
             ", but the file has " + std::to_string(size);
  }
  return "";
}

} // namespace mdl::runtime
